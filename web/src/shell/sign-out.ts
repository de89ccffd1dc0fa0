import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from 'react-router';
import { session, signOut } from '../api/accounts.ts';

/** Nothing of the person stays on the screen of a shared computer. */
export function useSignOut() {
  const client = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: signOut,
    onSuccess: async () => {
      await navigate('/sign-in', { replace: true });
      client.clear();
      client.setQueryData(session.queryKey, null);
    },
  });
}
