import { ChildProcess, fork } from 'node:child_process';

/** Questions of a bench to a process of its own, each answered once and in order. */
export class Conversation<Question, Answer> {
  private readonly child: ChildProcess;
  private readonly waiting: PromiseWithResolvers<Answer>[] = [];

  constructor(file: string) {
    this.child = fork(file, ['serve'], { execArgv: ['--import', 'tsx'] });
    this.child.on('message', (answer) => this.waiting.shift()?.resolve(answer as Answer));
    this.child.once('exit', (code) => {
      for (const { reject } of this.waiting) reject(new Error(`${file} ended with ${code}`));
    });
  }

  ask(question: Question): Promise<Answer> {
    const answer = Promise.withResolvers<Answer>();
    this.waiting.push(answer);
    this.child.send(question as object);
    return answer.promise;
  }

  end(): void {
    this.child.kill();
  }
}

/** The other side, in the process itself. */
export function answerQuestions<Question, Answer>(answer: (question: Question) => Promise<Answer>): void {
  process.on('message', (question) => {
    void answer(question as Question).then((given) => process.send?.(given));
  });
}
