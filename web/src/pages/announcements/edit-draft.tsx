import { Button } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef } from 'react';
import type { ReactNode } from 'react';
import { announcement, changeAnnouncement } from '../../api/announcements.ts';
import type { AnnouncementView } from '../../api/announcements.ts';
import { ApiFailure } from '../../api/door.ts';
import { required, useSend } from '../../parts/form.ts';
import { tellDone } from '../../parts/tell.ts';
import { words } from '../../words/words.ts';
import { DraftForm } from './draft-form.tsx';
import type { DraftValues } from './draft-form.tsx';

const valuesOf = ({ villageIds, picks, ...view }: AnnouncementView): DraftValues => ({
  title: view.title,
  summary: view.summary,
  text: view.text,
  priority: view.priority,
  renderProfile: view.renderProfile,
  saidTimes: view.saidTimes,
  villageIds: [...villageIds],
  picks: { ...picks },
});

/** Editing goes out with the revision that the person was looking at: what somebody else saved is not overwritten. */
export function EditDraft({ view, children }: { view: AnnouncementView; children: ReactNode }) {
  const client = useQueryClient();
  const form = useForm<DraftValues>({ initialValues: valuesOf(view), validate: { title: required } });
  /** The revision that stands in the fields: a later one may be on the screen beside them. */
  const seen = useRef(view.revision);
  const take = (next: AnnouncementView): void => {
    seen.current = next.revision;
    const values = valuesOf(next);
    form.setInitialValues(values);
    form.setValues(values);
    form.resetDirty(values);
  };
  const send = useSend(
    form,
    (values: DraftValues) => changeAnnouncement(view.id, { revision: seen.current, ...values }),
    async (saved) => {
      client.setQueryData(announcement(view.id).queryKey, saved);
      take(saved);
      tellDone(words.announcements.draftSaved);
      await client.invalidateQueries({ queryKey: ['announcements'] });
    },
  );
  const isConflict = send.error instanceof ApiFailure && send.error.status === 409;

  // Somebody else's save is shown at once, unless words of one's own would be lost by it.
  const takeUnlessTouched = useEffectEvent(() => {
    if (!form.isDirty()) take(view);
  });
  useEffect(() => takeUnlessTouched(), [view.revision]);

  return (
    <DraftForm
      form={form}
      onSave={(values) => send.mutate(values)}
      isSaving={send.isPending}
      error={send.error}
      hint={
        view.state === 'approved' || view.state === 'submitted' ? words.announcements.saveVoids : undefined
      }
    >
      {isConflict ? (
        <Button
          variant="default"
          onClick={() => {
            send.reset();
            void client.query({ ...announcement(view.id), staleTime: 0 }).then(take);
          }}
        >
          {words.announcements.conflictReload}
        </Button>
      ) : null}
      {children}
    </DraftForm>
  );
}
