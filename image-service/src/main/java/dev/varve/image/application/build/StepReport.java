package dev.varve.image.application.build;

import dev.varve.image.application.ProgressLine;
import dev.varve.image.dockerfile.Warning;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Reference;
import java.util.List;

/** What the client is told of a build: lines for people, or steps for a program. Any thread. */
interface StepReport {

  static StepReport of(BuildRequest request, ProgressLine.Sink sink, int stages) {
    return request.steps()
        ? new StepNews(ProgressLine.shared(sink))
        : new StepLines(sink, stages, request.quiet());
  }

  /** Of the stage at this place in the plan's order. */
  Voice voice(int index);

  /** Of the base images, which are found before all else. */
  void finding(ProgressLine line);

  /**
   * It went well.
   *
   * @param unconsumed build arguments that nothing asked for
   */
  void built(
      Image image, List<Reference> references, List<String> unconsumed, List<Warning> warnings);
}
