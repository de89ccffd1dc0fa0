import { join } from 'node:path';
import type { CameraView } from '../../src/cameras/camera.view.ts';
import type { VillageView } from '../../src/villages/village.view.ts';
import type { Caller } from './caller.ts';
import { jsonLine, Program } from './program.ts';
import { noteSecret } from './secrets.ts';

export const scenes = ['gate', 'junction', 'hall', 'school'] as const;
const pointNames = {
  gate: 'Cổng UBND xã',
  junction: 'Ngã tư chợ',
  hall: 'Nhà văn hóa thôn',
  school: 'Trường tiểu học',
} as const;

/** What a simulated camera says of itself (devices/camera/camera.ts), as far as somebody asks. */
export interface Tally {
  readonly refusals: Readonly<Record<string, number>>;
  /** SHA-256 of each notice that went out in a whole and good answer. */
  readonly delivered: readonly string[];
  /** How often the account was shut; with the fault `locks` only. */
  readonly lockouts: number;
  readonly pullPoints: number;
  /** Where its motors point: pan and tilt from -1 to 1, zoom from 0. */
  readonly turned: { readonly pan: number; readonly tilt: number; readonly zoom: number };
}

/** A simulated ONVIF camera, as a process. */
export class SimulatedCamera {
  private constructor(
    readonly program: Program,
    readonly port: number,
    readonly control: number,
    readonly password: string,
    /** The faults that it was started with. */
    readonly faults: readonly string[],
  ) {}

  static async start(
    name: string,
    scene: string,
    directory: string,
    seed: number,
    extra: readonly string[] = [],
  ): Promise<SimulatedCamera> {
    // No default password anywhere, not even on a toy.
    const password = `mô-phỏng-${seed}`;
    noteSecret('the password of a camera', password);
    const program = await Program.start(
      `camera ${name}`,
      'devices/camera/camera.main.js',
      [
        '--name',
        name,
        '--scene',
        scene,
        '--seed',
        String(seed),
        '--user',
        'loalang',
        '--password',
        password,
        ...extra,
      ],
      { logPath: join(directory, `camera-${seed}.log`) },
    );
    const ready = await program.ready(program.line((line) => jsonLine(line), 60_000));
    return new SimulatedCamera(program, Number(ready.port), Number(ready.control), password, faultsIn(extra));
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Something happens before the lens, now: an event form's name, as `line-crossing`; on a recorder before one of its channels. */
  fire(event: string, state: 'on' | 'off' = 'on', channel?: number): Promise<void> {
    return this.tell({ do: 'fire', event, state, ...(channel === undefined ? {} : { channel }) });
  }

  /** Something crosses a line; the notice is told apart by its object's number. */
  cross(objectId: number): Promise<void> {
    const topic = 'tns1:RuleEngine/LineDetector/Crossed';
    const source = [['Rule', 'MyLineDetectorRule']];
    return this.tell({ do: 'fire-raw', topic, source, data: [['ObjectId', String(objectId)]] });
  }

  /** One command of its door for tests (devices/camera/control.server.ts). */
  async tell(command: Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await fetch(`http://127.0.0.1:${this.control}/control`, {
      method: 'POST',
      body: JSON.stringify(command),
    });
    if (!answer.ok) throw new Error(`The camera's control refused: ${await answer.text()}`);
  }

  async tally(): Promise<Tally> {
    return (await (await fetch(`http://127.0.0.1:${this.control}/control`)).json()) as Tally;
  }

  /** When the last pull that was answered well was asked for, ms since 1970; 0 before the first. */
  async pulledWellAt(): Promise<number> {
    return (await (await fetch(`http://127.0.0.1:${this.control}/control/pulled`)).json()) as number;
  }
}

function faultsIn(options: readonly string[]): string[] {
  const at = options.indexOf('--faults');
  return at < 0 ? [] : (options[at + 1] ?? '').split(',').filter((name) => name !== '');
}

export async function addCamera(
  technician: Caller,
  village: VillageView,
  camera: { name: string; address: string; username: string; password: string },
): Promise<CameraView> {
  return technician.post<CameraView>('/api/cameras', {
    ...camera,
    villageId: village.id,
    place: camera.name,
    purpose: 'Giữ gìn an ninh trật tự nơi công cộng',
    legalBasis: 'Luật 91/2025/QH15; kế hoạch của UBND xã',
    noticePosted: true,
    owner: 'Công an xã',
    retentionDays: 30,
  });
}

/** The four points of the demonstration, each with its scene. */
export async function addScenes(
  technician: Caller,
  villages: readonly VillageView[],
  directory: string,
): Promise<{ cameras: SimulatedCamera[]; views: CameraView[] }> {
  const cameras = await Promise.all(
    scenes.map((scene, index) =>
      SimulatedCamera.start(
        pointNames[scene],
        scene,
        directory,
        index + 1,
        // The one at the junction has motors.
        scene === 'junction' ? ['--turns'] : [],
      ),
    ),
  );
  const views: CameraView[] = [];
  for (const [index, camera] of cameras.entries()) {
    const village = villages[index % villages.length];
    const scene = scenes[index];
    if (village === undefined || scene === undefined) continue;
    views.push(
      await addCamera(technician, village, {
        name: pointNames[scene],
        address: camera.address,
        username: 'loalang',
        password: camera.password,
      }),
    );
  }
  return { cameras, views };
}
