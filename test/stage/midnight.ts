import { localDate } from '../../src/base/local-time.ts';

/**
 * What a page counts for "today" it counts anew at midnight in Viet Nam. A story that looks at such a page begins when
 * midnight does not fall into it: at once, or in the last minutes of a day when that is over.
 * @param ms how long the story takes at most, on a slow machine
 */
export async function clearOfMidnight(ms: number): Promise<void> {
  const today = (at: number): string => localDate(at, 'Asia/Ho_Chi_Minh');
  while (today(Date.now()) !== today(Date.now() + ms))
    await new Promise((resolve) => setTimeout(resolve, 500));
}
