import { useMutation, useQueryClient } from '@tanstack/react-query';
import { actOnAnnouncement, announcement } from '../../api/announcements.ts';
import type { AnnouncementAct, AnnouncementView } from '../../api/announcements.ts';
import { tellFailure } from '../../parts/tell.ts';

/** Does one thing with one announcement; every screen that shows it reads it again. */
export function useAct(
  id: string,
  onDone?: (act: AnnouncementAct, view: AnnouncementView | undefined) => void,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (act: AnnouncementAct) => actOnAnnouncement(id, act),
    onSuccess: (view, act) => {
      // A duplicate answers with the new draft, and rendering may answer with nothing.
      if (view?.id !== undefined) client.setQueryData(announcement(view.id).queryKey, view);
      onDone?.(act, view);
    },
    onError: (error) => tellFailure(error),
    onSettled: () =>
      Promise.all(
        [['announcement', id], ['announcement-code'], ['announcements'], ['prepared']].map((queryKey) =>
          client.invalidateQueries({ queryKey }),
        ),
      ),
  });
}
