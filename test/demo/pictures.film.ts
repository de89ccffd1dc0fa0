import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ffmpeg from '@ffmpeg-installer/ffmpeg';
import type { CDPSession, Page } from 'playwright-core';

const run = promisify(execFile);

/** Of the finished film; a screen changes seldom. */
const framesPerSecond = 8;
/** The browser sends the next frame only after this, so that an animation does not take the whole machine (ms). */
const pauseMs = 90;

interface Frame {
  readonly file: string;
  readonly at: number;
}

interface Cue {
  readonly at: number;
  readonly words: Readonly<Record<Language, string>>;
}

export type Language = 'vi' | 'en';

/** What one page shows, filmed, with captions in the picture and beside it. Instants are ms since 1970. */
export class Film {
  readonly beginsAt = Date.now();
  private endsAt = 0;
  private readonly frames: Frame[] = [];
  private readonly cues: Cue[] = [];
  private writing: Promise<unknown> = Promise.resolve();

  private constructor(
    private readonly page: Page,
    private readonly session: CDPSession,
    private readonly directory: string,
  ) {}

  static async start(page: Page, directory: string): Promise<Film> {
    const session = await page.context().newCDPSession(page);
    const film = new Film(page, session, directory);
    session.on('Page.screencastFrame', ({ data, sessionId }) => {
      film.keep(Buffer.from(data, 'base64'));
      const next = () => session.send('Page.screencastFrameAck', { sessionId }).catch(() => undefined);
      setTimeout(() => void next(), pauseMs);
    });
    await session.send('Page.startScreencast', { format: 'jpeg', quality: 85 });
    return film;
  }

  /** Shows a caption from now on. */
  async caption(vi: string, en: string): Promise<void> {
    this.cues.push({ at: Date.now(), words: { vi, en } });
    await this.page.evaluate(drawCaption, { vi, en });
  }

  async end(): Promise<void> {
    this.endsAt = Date.now();
    await this.session.send('Page.stopScreencast');
    await this.writing;
    await this.session.detach();
  }

  get seconds(): number {
    return (this.endsAt - this.beginsAt) / 1_000;
  }

  /** Puts pictures and sound together at their true instants: what is seen while the sound was heard. */
  async save(path: string, sound: { readonly path: string; readonly startedAt: number }): Promise<void> {
    const list = join(this.directory, 'frames.txt');
    await writeFile(list, this.frameList());
    const delayMs = Math.round(sound.startedAt - this.beginsAt);
    if (delayMs < 0) throw new Error('The sound began before the film');
    const fadeFrom = Math.max(0, this.seconds - 1.5);
    await run(
      ffmpeg.path,
      [
        ...['-nostdin', '-v', 'error', '-y'],
        ...['-f', 'concat', '-safe', '0', '-i', list, '-i', sound.path],
        ...['-vf', `fps=${framesPerSecond},scale=1120:-2:flags=lanczos,format=yuv420p`],
        ...['-af', `adelay=${delayMs}|${delayMs},afade=t=out:st=${fadeFrom}:d=1.5`],
        ...['-c:v', 'libx264', '-preset', 'slow', '-crf', '30', '-tune', 'stillimage', '-g', '80'],
        ...['-c:a', 'aac', '-b:a', '56k', '-ac', '1', '-movflags', '+faststart'],
        ...['-map_metadata', '-1', '-t', this.seconds.toFixed(2), path],
      ],
      { timeout: 240_000 },
    );
  }

  /** A WebVTT track of the captions. */
  track(language: Language): string {
    const stamp = (at: number): string => new Date(at - this.beginsAt).toISOString().slice(11, 23);
    const lines = this.cues.map(({ at, words }, index) => {
      const until = this.cues[index + 1]?.at ?? this.endsAt;
      return `${stamp(at)} --> ${stamp(until)}\n${words[language]}\n`;
    });
    return `WEBVTT\n\n${lines.join('\n')}`;
  }

  private keep(jpeg: Buffer): void {
    const file = join(this.directory, `frame-${String(this.frames.length).padStart(5, '0')}.jpg`);
    this.frames.push({ file, at: Date.now() });
    this.writing = Promise.all([this.writing, writeFile(file, jpeg)]);
  }

  /** Each frame stands until the next one; ffmpeg ignores the length of the last, hence it comes twice. */
  private frameList(): string {
    const last = this.frames.at(-1);
    if (last === undefined) throw new Error('The browser sent no frame');
    const lines = this.frames.map(({ file, at }, index) => {
      const from = index === 0 ? this.beginsAt : at;
      const until = this.frames[index + 1]?.at ?? this.endsAt;
      return `file '${file}'\nduration ${(Math.max(1, until - from) / 1_000).toFixed(3)}`;
    });
    return ['ffconcat version 1.0', ...lines, `file '${last.file}'`, ''].join('\n');
  }
}

/** Runs in the page. Styles by the object model: the console's content security policy forbids style attributes. */
function drawCaption({ vi, en }: { vi: string; en: string }): void {
  interface Box {
    id: string;
    textContent: string | null;
    readonly style: { cssText: string };
    append(...more: Box[]): void;
    replaceChildren(...more: Box[]): void;
  }
  interface Sheet {
    readonly body: Box;
    getElementById(id: string): Box | null;
    createElement(name: string): Box;
  }
  const { document } = globalThis as unknown as { document: Sheet };
  const box = document.getElementById('caption') ?? document.createElement('div');
  box.id = 'caption';
  box.style.cssText =
    'position:fixed;left:50%;bottom:24px;transform:translateX(-50%);z-index:9999;width:max-content;' +
    'max-width:92vw;padding:12px 26px 13px;border-radius:12px;background:rgba(15,23,20,.92);color:#fff;' +
    'font-family:"Be Vietnam Pro",sans-serif;text-align:center;pointer-events:none;' +
    'box-shadow:0 6px 30px rgba(0,0,0,.35)';
  const line = (text: string, css: string): Box => {
    const made = document.createElement('div');
    made.textContent = text;
    made.style.cssText = css;
    return made;
  };
  box.replaceChildren(
    line(vi, 'font-size:24px;font-weight:600;line-height:1.35'),
    line(en, 'font-size:17px;opacity:.8;margin-top:3px;line-height:1.35'),
  );
  document.body.append(box);
}
