/** An optional package: where its binary cannot be downloaded npm leaves it out, types and all. */
declare module 'ffmpeg-static' {
  const path: string | null;
  export default path;
}
