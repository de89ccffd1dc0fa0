import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { SystemClock } from '../base/clock.ts';
import {
  by,
  closeCameraRooms,
  newCamera,
  openCameraRooms,
  Site,
  station,
  until,
} from '../camera-events/camera-events.testing.ts';
import { CameraStore } from '../cameras/camera.store.ts';
import type { CameraView } from '../cameras/camera.view.ts';
import { GlimpseLink } from './glimpse.link.ts';
import { GlimpseService } from './glimpse.service.ts';

const channels = ['VideoSource_1', 'VideoSource_2', 'VideoSource_3', 'VideoSource_4'];
let glimpses: GlimpseService;
let recorder: CameraView;
let site: Site;

beforeAll(async () => {
  await openCameraRooms();
  const { database, journal, link } = station;
  const glimpseLink = new GlimpseLink(link, new SystemClock());
  glimpseLink.onModuleInit();
  glimpses = new GlimpseService(database, new CameraStore(), glimpseLink, link, journal);
  recorder = await newCamera();
  await database.inCommune(by.communeId, (em) =>
    em.query(`UPDATE camera_devices SET passport = $2 WHERE commune_id = $1 AND id = $3`, [
      by.communeId,
      JSON.stringify({ sources: channels.map((token) => ({ token, name: '', aliases: [] })) }),
      recorder.deviceId,
    ]),
  );
  site = await Site.open(recorder.connectorId);
  // Its list comes once it knows the time: before that it believes no order.
  await until(() => site.lists.length > 0);
}, 60_000);
afterAll(closeCameraRooms);

const look = (channel: string): Promise<Uint8Array> => glimpses.look(by, recorder.deviceId, channel);

async function send(view: string, picture: Uint8Array | null): Promise<void> {
  const sha256 = createHash('sha256')
    .update(picture ?? '')
    .digest('hex');
  await site.device.sendFrame(
    {
      ...{
        v: 1,
        commune: by.communeId,
        asset: recorder.connectorId,
        box: site.identity.enrolment?.box ?? '',
      },
      ...{ view, camera: recorder.deviceId, number: 1, askedAt: Date.now() },
      picture: picture === null ? null : { sha256, bytes: picture.length },
      fault: picture === null ? 'no-pictures' : null,
    },
    picture ?? Buffer.alloc(0),
  );
}

/** Orders that ask for a picture, and those that end one. */
const asked = (): typeof site.views => site.views.filter(({ issuedAt, untilAt }) => untilAt > issuedAt);
const ended = (): typeof site.views => site.views.filter(({ issuedAt, untilAt }) => untilAt <= issuedAt);

async function wide(picture: Uint8Array): Promise<number> {
  return (await sharp(picture).metadata()).width;
}

describe('a look at channels that nobody has registered', () => {
  test('asks a recorder for two at once, makes each picture anew, and says why one is missing', async () => {
    const outcomes = Promise.allSettled(channels.map((channel) => look(channel)));
    await until(() => asked().length === 2);
    const [first, second] = asked();
    const drawn = await sharp({ create: { width: 64, height: 36, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    // An answer to nobody's question, then one with more in it than a picture.
    await send(recorder.id, drawn);
    await send(first?.view ?? '', Buffer.concat([drawn, Buffer.from('where the camera stands')]));
    await until(() => asked().length === 3);
    expect(ended().map(({ view }) => view)).toEqual([first?.view]);
    await send(second?.view ?? '', null);
    await until(() => asked().length === 4);
    await send(asked()[2]?.view ?? '', Buffer.from('<html>'));
    await send(asked()[3]?.view ?? '', drawn);

    const settled = await outcomes;
    // Each in its turn, whichever came first.
    const turns = asked().map(({ camera, source = '' }) => {
      expect(camera).toBe(recorder.deviceId);
      return settled[channels.indexOf(source)];
    });
    expect(new Set(turns).size).toBe(4);
    const [one, two, three, four] = turns;
    const picture = one?.status === 'fulfilled' ? one.value : new Uint8Array();
    expect(await wide(picture)).toBe(64);
    expect(Buffer.from(picture).includes('where the camera')).toBe(false);
    expect(two).toMatchObject({ status: 'rejected', reason: { code: 'viewings.glimpse-no-pictures' } });
    expect(three).toMatchObject({ status: 'rejected', reason: { code: 'viewings.glimpse-unreadable' } });
    expect(four?.status).toBe('fulfilled');
    await until(() => ended().length === 4);
  });

  test('stands in the journal each time, and of no channel that the recorder does not have', async () => {
    await expect(look('VideoSource_9')).rejects.toMatchObject({ code: 'cameras.channel-unknown' });
    const lines = await station.database.inCommune(by.communeId, (em) =>
      em.query<{ actor: string; subject: string; facts: { channel: string } }[]>(
        `SELECT actor_id AS actor, subject_id AS subject, facts FROM journal
         WHERE commune_id = $1 AND action = 'viewings.glimpsed'`,
        [by.communeId],
      ),
    );
    expect(lines.map(({ facts }) => facts.channel).sort()).toEqual(channels);
    expect(new Set(lines.map(({ actor, subject }) => `${actor} ${subject}`))).toEqual(
      new Set([`${by.id} ${recorder.deviceId}`]),
    );
  });
});
