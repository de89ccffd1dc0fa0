/** What a sound tells before its first word: news, a rehearsal, danger. */
export const soundClasses = ['routine', 'drill', 'emergency'] as const;
export type SoundClass = (typeof soundClasses)[number];

/** The tunes of each class, the one that a new commune begins with first. No tune stands in two of them. */
export const tunesOf = {
  routine: ['rising-chord', 'two-bells', 'pentatonic'],
  drill: ['three-knocks'],
  emergency: ['two-tone', 'rising-siren'],
} as const satisfies Record<SoundClass, readonly [string, ...string[]]>;

export type TuneOf<C extends SoundClass> = (typeof tunesOf)[C][number];
export type TuneId = TuneOf<SoundClass>;

export const allTunes: readonly TuneId[] = soundClasses.flatMap((soundClass) => tunesOf[soundClass]);

export function classOf(tune: TuneId): SoundClass {
  // Every tune stands in one class; the last is what is left.
  return soundClasses.find((soundClass) => isTuneOf(soundClass, tune)) ?? 'emergency';
}

/** A commune's choice. A routine tune in the emergency's place does not compile. */
export type TunesChosen = { readonly [C in SoundClass]: TuneOf<C> };

export const tunesAtFirst: TunesChosen = {
  routine: tunesOf.routine[0],
  drill: tunesOf.drill[0],
  emergency: tunesOf.emergency[0],
};

export function isTuneOf<C extends SoundClass>(soundClass: C, tune: string): tune is TuneOf<C> {
  return (tunesOf[soundClass] as readonly string[]).includes(tune);
}
