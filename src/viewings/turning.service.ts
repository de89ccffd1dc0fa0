import { Injectable } from '@nestjs/common';
import type { CameraTurn, CameraTurned } from '../../devices/protocol/turn-messages.ts';
import type { Person } from '../access/rights.ts';
import { Failure } from '../base/failure.ts';
import { TurnLink } from './turn.link.ts';
import type { TurnRequest } from './viewing.request.ts';
import { ViewingService } from './viewing.service.ts';
import type { TurningView } from './viewing.view.ts';

/** One step at half speed, about a tenth of the way: pictures come two a second, and a person looks in between. */
const stepMs = 500;
const stepSpeed = 0.5;

/**
 * Turning a camera (quay camera): only by somebody who watches it, so that whoever asks sees what it showed before and
 * what it shows after; each turn stands in the journal before the camera hears of it.
 */
@Injectable()
export class TurningService {
  constructor(
    private readonly viewings: ViewingService,
    private readonly turns: TurnLink,
  ) {}

  /** @throws Failure `viewings.missing`, why the viewing is over, or `viewings.turn-…` */
  async places(by: Person, viewingId: string): Promise<TurningView> {
    const said = await this.ask(by, viewingId, { kind: 'places' });
    return {
      turns: said.result === 'ok',
      places: said.places.map(({ token, name }) => ({ id: token, name })),
    };
  }

  /** @throws Failure `viewings.missing`, why the viewing is over, or `viewings.turn-…` */
  async turn(by: Person, viewingId: string, request: TurnRequest): Promise<void> {
    const ask: CameraTurn['ask'] =
      'step' in request
        ? {
            kind: 'step',
            pan: request.step.pan * stepSpeed,
            tilt: request.step.tilt * stepSpeed,
            zoom: request.step.zoom * stepSpeed,
            ms: stepMs,
          }
        : { kind: 'place', place: request.place };
    await this.viewings.noteTurn(
      by,
      viewingId,
      'step' in request ? request.step : { place: request.place ?? '' },
    );
    const { result } = await this.ask(by, viewingId, ask);
    if (result === 'none') throw new Failure('conflict', 'viewings.turn-none', 'This camera does not turn');
  }

  private async ask(
    by: Person,
    viewingId: string,
    ask: CameraTurn['ask'],
  ): Promise<Pick<CameraTurned, 'result' | 'places'>> {
    const said = await this.turns.ask(this.viewings.watched(by, viewingId), ask);
    const result = said?.result ?? 'silent';
    if (said !== null && (result === 'ok' || result === 'none')) return said;
    throw new Failure(
      'conflict',
      `viewings.turn-${result}`,
      `The camera was not turned: ${said?.detail ?? 'no answer'}`,
    );
  }
}
