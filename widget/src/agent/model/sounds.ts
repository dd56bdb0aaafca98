/**
 * Two sounds, drawn instead of loaded: a ring of two rising notes for an offer, one soft drop for
 * a message. A browser lets a page sound only after a gesture; until then it is quiet.
 */

type Note = { readonly hz: number; readonly atS: number; readonly lastsS: number; readonly loud: number }

const SOUNDS = {
  offer: [
    { hz: 659.25, atS: 0, lastsS: 0.5, loud: 0.5 },
    { hz: 880, atS: 0.16, lastsS: 0.7, loud: 0.5 },
    { hz: 659.25, atS: 0.62, lastsS: 0.5, loud: 0.4 },
    { hz: 880, atS: 0.78, lastsS: 0.9, loud: 0.4 },
  ],
  message: [{ hz: 587.33, atS: 0, lastsS: 0.35, loud: 0.32 }],
} as const satisfies { [name: string]: readonly Note[] }

export type Sound = keyof typeof SOUNDS

let context: AudioContext | undefined

export function play(sound: Sound, volume: number): void {
  context ??= new AudioContext()
  if (context.state === "suspended") void context.resume().catch(() => undefined)
  if (context.state !== "running") return
  for (const note of SOUNDS[sound]) strike(context, note, volume)
}

/** Call on a gesture, so that later sounds are allowed. */
export function unlock(): void {
  context ??= new AudioContext()
  void context.resume().catch(() => undefined)
}

function strike(audio: AudioContext, note: Note, volume: number): void {
  const startS = audio.currentTime + note.atS
  const tone = audio.createOscillator()
  const gain = audio.createGain()
  tone.type = "sine"
  tone.frequency.value = note.hz
  gain.gain.setValueAtTime(0, startS)
  gain.gain.linearRampToValueAtTime(note.loud * volume, startS + 0.012)
  gain.gain.exponentialRampToValueAtTime(0.0001, startS + note.lastsS)
  tone.connect(gain).connect(audio.destination)
  tone.start(startS)
  tone.stop(startS + note.lastsS)
}
