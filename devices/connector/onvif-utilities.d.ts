/** The part of npm `onvif` that its own typings leave out. */
declare module 'onvif/lib/utils.js' {
  const utilities: {
    parseSOAPString(
      xml: string,
      callback: (error: unknown, data?: unknown, xml?: string, status?: number) => void,
      status: number,
    ): void;
  };
  export default utilities;
}
