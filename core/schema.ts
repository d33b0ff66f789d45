/** Number types that recur in configs, named so that a bound is written once. */

import { z } from 'zod';

export const fraction = z.number().min(0).max(1);
export const positiveInt = z.int().positive();
export const nonNegativeInt = z.int().nonnegative();
export const positive = z.number().positive();
export const nonNegative = z.number().nonnegative();
