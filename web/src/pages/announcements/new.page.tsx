import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearchParams } from 'react-router';
import { announcement, changeAnnouncement, writeAnnouncement } from '../../api/announcements.ts';
import { required, useSend } from '../../parts/form.ts';
import { PageHead } from '../../parts/states.tsx';
import { tellDone } from '../../parts/tell.ts';
import { useOwnVillages } from '../../shell/session.tsx';
import { words } from '../../words/words.ts';
import { DraftForm } from './draft-form.tsx';
import type { DraftValues } from './draft-form.tsx';

export default function NewAnnouncementPage() {
  const [search] = useSearchParams();
  const isDrill = search.has('drill');
  const client = useQueryClient();
  const navigate = useNavigate();
  const own = useOwnVillages();
  const form = useForm<DraftValues>({
    initialValues: {
      title: isDrill ? words.emergency.drillTitlePrefix : '',
      summary: '',
      text: '',
      priority: 'regular',
      renderProfile: isDrill ? 'drill' : 'outdoor',
      saidTimes: 1,
      villageIds: own === null ? [] : [...own],
      picks: {},
    },
    validate: { title: required },
  });
  const send = useSend(
    form,
    async ({ picks, ...values }: DraftValues) => {
      const written = await writeAnnouncement(values);
      return Object.keys(picks).length === 0
        ? written
        : changeAnnouncement(written.id, { revision: written.revision, picks });
    },
    async (written) => {
      client.setQueryData(announcement(written.id).queryKey, written);
      form.resetDirty();
      tellDone(words.announcements.draftSaved);
      await client.invalidateQueries({ queryKey: ['announcements'] });
      await navigate(`/announcements/${written.id}`, { replace: true });
    },
  );
  return (
    <>
      <PageHead title={isDrill ? words.emergency.drillStart : words.announcements.newTitle} />
      <DraftForm
        form={form}
        onSave={(values) => send.mutate(values)}
        isSaving={send.isPending || send.isSuccess}
        error={send.error}
      />
    </>
  );
}
