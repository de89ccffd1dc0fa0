import { Injectable } from '@nestjs/common';
import type { Person } from '../access/rights.ts';
import { Clock } from '../base/clock.ts';
import { Events } from '../base/events.ts';
import { Failure } from '../base/failure.ts';
import { JournalService } from '../journal/journal.service.ts';
import { Config } from '../platform/config/config.ts';
import type { SigningKeyView } from './account.view.ts';
import { certifyNewKey, readRoot } from './commune-keys.ts';
import { CommuneKeys } from './commune-keys.store.ts';
import { CommuneStore } from './commune.store.ts';

/** Certifies a new signing key with the root off its recovery sheet: poles follow without anybody climbing them. */
@Injectable()
export class KeyRenewalService {
  constructor(
    private readonly communes: CommuneStore,
    private readonly keys: CommuneKeys,
    private readonly journal: JournalService,
    private readonly events: Events,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  current(communeId: string): SigningKeyView {
    const { keyId, notAfterAt } = this.keys.term(communeId);
    return { keyId, notAfterAt: new Date(notAfterAt).toISOString() };
  }

  /** @throws Failure `accounts.not-the-root`: not a key, or another commune's */
  async renew(by: Person, rootPrivateKey: string): Promise<SigningKeyView> {
    const root = readRoot(rootPrivateKey);
    await this.communes.change(by.communeId, async (commune, em) => {
      if (root?.publicKey !== commune.rootPublicKey) {
        const message = 'This is not the root key of this commune';
        throw new Failure('invalid', 'accounts.not-the-root', message, {
          fields: [{ path: 'rootPrivateKey', code: 'accounts.not-the-root', message }],
        });
      }
      const kept = certifyNewKey(by.communeId, root, {
        at: this.clock.now(),
        days: this.config.values.keys.certificateDays,
      });
      await this.journal.write(em, by.communeId, {
        actorId: by.id,
        action: 'accounts.signing-key-renewed',
        subjectType: 'commune',
        subjectId: by.communeId,
        facts: { onlineKeyId: kept.online.keyId, notAfterAt: kept.notAfterAt },
      });
      // Last before the commit: should that fail, the new key is as good as the old one, and only its line is missing.
      await this.keys.keep(kept);
    });
    // What was signed with the old key is signed anew.
    this.events.tell('commune.changed', { communeId: by.communeId });
    return this.current(by.communeId);
  }
}
