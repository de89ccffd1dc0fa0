import { EntitySchema } from 'typeorm';
import { Recording } from './recording.ts';

export const recordingTable = new EntitySchema<Recording>({
  name: 'Recording',
  target: Recording,
  tableName: 'recordings',
  columns: {
    communeId: { type: 'uuid', primary: true, name: 'commune_id' },
    id: { type: 'uuid', primary: true },
    spokenHash: { type: 'text', name: 'spoken_hash' },
    voiceId: { type: 'text', name: 'voice_id' },
    isFallback: { type: 'boolean', name: 'is_fallback' },
    profile: { type: 'text' },
    tune: { type: 'text' },
    opusSha256: { type: 'text', name: 'opus_sha256' },
    opusBytes: { type: 'int', name: 'opus_bytes' },
    mp3Sha256: { type: 'text', name: 'mp3_sha256' },
    mp3Bytes: { type: 'int', name: 'mp3_bytes' },
    seconds: { type: 'double precision' },
    marks: { type: 'jsonb' },
    loudnessLufs: { type: 'real', name: 'loudness_lufs' },
    truePeakDbtp: { type: 'real', name: 'true_peak_dbtp' },
    lexiconVersion: { type: 'text', name: 'lexicon_version' },
    sourceSha256: { type: 'text', name: 'source_sha256', nullable: true },
    madeAt: { type: 'timestamptz', name: 'made_at' },
  },
});
