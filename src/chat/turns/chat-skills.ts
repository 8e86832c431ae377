/** Skills, as far as chats are concerned. */
export abstract class ChatSkills {
  /** @throws DomainError `unknown_skill` for one that a chat of the project cannot have */
  abstract requireKnown(projectId: string, names: readonly string[]): Promise<void>;
}
