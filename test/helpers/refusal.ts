import { expect } from 'chai';
import { InputError } from '../../core/errors.ts';

/** The message with which `act` refuses its input; fails when it does not, or refuses in another way. */
export async function refusal(act: () => unknown): Promise<string> {
  try {
    await act();
  } catch (error) {
    expect(error, String((error as Error).stack)).to.be.instanceOf(InputError);
    return (error as InputError).message;
  }
  throw new Error('the input was not refused');
}
