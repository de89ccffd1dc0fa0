/** What people in a village hear (*rõ, rè, không nghe*): another thing than what a pole says that it played. */
export const heards = ['clear', 'poor', 'not'] as const;
export type Heard = (typeof heards)[number];
