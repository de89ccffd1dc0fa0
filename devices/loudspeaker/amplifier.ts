/** The relay before the horns: on only while a signed, unexpired item plays. Silence is the safe state. */
export abstract class Amplifier {
  abstract readonly on: boolean;
  abstract switch(on: boolean): void;
}

/** A relay that is only remembered: for demonstration, tests, and boxes that have none. */
export class SimulatedAmplifier extends Amplifier {
  on = false;

  switch(on: boolean): void {
    this.on = on;
  }
}
