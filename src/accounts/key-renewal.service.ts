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
import { readSheetText } from './recovery-sheet.ts';

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

  /**
   * The former key stays good until its own end, so that nothing genuine is refused while poles are still on their way
   * to the new programmes; unless it may be in other hands: then it is revoked.
   * @throws Failure `accounts.not-the-root`: another commune's; `accounts.sheet-line`
   */
  async renew(by: Person, rootPrivateKey: string, revokeFormer: boolean): Promise<SigningKeyView> {
    // A sheet of an early version has the bare key on it.
    const root = readRoot(rootPrivateKey) ?? readSheetText(rootPrivateKey).root;
    await this.communes.change(by.communeId, async (commune, em) => {
      if (root.publicKey !== commune.rootPublicKey) {
        const message = 'This is not the root key of this commune';
        throw new Failure('invalid', 'accounts.not-the-root', message, {
          fields: [{ path: 'rootPrivateKey', code: 'accounts.not-the-root', message }],
        });
      }
      const made = certifyNewKey(by.communeId, root, {
        at: this.clock.now(),
        days: this.config.values.keys.certificateDays,
      });
      const kept = { ...made, revoked: this.revokedWith(by.communeId, revokeFormer) };
      await this.journal.write(em, by.communeId, {
        actorId: by.id,
        action: 'accounts.signing-key-renewed',
        subjectType: 'commune',
        subjectId: by.communeId,
        facts: { onlineKeyId: kept.online.keyId, notAfterAt: kept.notAfterAt, revoked: kept.revoked },
      });
      // Last before the commit: should that fail, the new key is as good as the old one, and only its line is missing.
      await this.keys.keep(kept);
    });
    // What was signed with the old key is signed anew.
    this.events.tell('commune.changed', { communeId: by.communeId });
    return this.current(by.communeId);
  }

  /** A key that was lost with its file cannot be named: nobody else has it either. */
  private revokedWith(communeId: string, revokeFormer: boolean): string[] {
    try {
      const former = this.keys.revoked(communeId);
      return revokeFormer ? [...former, this.keys.term(communeId).keyId].slice(-100) : [...former];
    } catch (error) {
      if (error instanceof Failure && error.code === 'accounts.no-keys') return [];
      throw error;
    }
  }
}
