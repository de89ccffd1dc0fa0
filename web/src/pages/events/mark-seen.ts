import { useMutation, useQueryClient } from '@tanstack/react-query';
import { markSeen } from '../../api/devices.ts';
import { tellFailure } from '../../parts/tell.ts';

export function useMarkSeen(id: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => markSeen(id),
    onError: (error) => tellFailure(error),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['camera-events'] }),
        client.invalidateQueries({ queryKey: ['camera-event', id] }),
      ]),
  });
}
