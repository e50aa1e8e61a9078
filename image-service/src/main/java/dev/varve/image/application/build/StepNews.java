package dev.varve.image.application.build;

import dev.varve.image.application.ProgressLine;
import dev.varve.image.dockerfile.Warning;
import dev.varve.image.domain.Image;
import dev.varve.image.domain.Reference;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Steps for a program, which sorts them itself: those of all stages come as they happen, and those
 * that make no files are not told.
 */
final class StepNews implements StepReport {
  private final ProgressLine.Sink sink;

  /**
   * @param sink for several threads
   */
  StepNews(ProgressLine.Sink sink) {
    this.sink = sink;
  }

  @Override
  public Voice voice(int index) {
    return new StageNews();
  }

  @Override
  public void finding(ProgressLine line) {
    sink.send(line);
  }

  @Override
  public void built(
      Image image, List<Reference> references, List<String> unconsumed, List<Warning> warnings) {
    if (!unconsumed.isEmpty()) {
      String text = StepLines.unconsumed(unconsumed);
      sink.send(new ProgressLine.Warned(text, Optional.empty()));
    }
    for (Warning warning : warnings) {
      ProgressLine.Lines lines =
          new ProgressLine.Lines(warning.range().firstLine(), warning.range().lastLine());
      sink.send(new ProgressLine.Warned(warning.line(), Optional.of(lines)));
    }
    sink.send(new ProgressLine.Built(image.id()));
  }

  private final class StageNews implements Voice {
    /** 0 when the step is not told. */
    private int number;

    @Override
    public void begin(Head head) {
      number = head.name().isPresent() ? head.number() : 0;
      head.name().ifPresent(name -> sink.send(new ProgressLine.StepBegun(number, name)));
    }

    @Override
    public void note(String text) {
      // For people.
    }

    @Override
    public void output(boolean standardError, byte[] bytes, int offset, int length) {
      byte[] piece = Arrays.copyOfRange(bytes, offset, offset + length);
      sink.send(new ProgressLine.StepOutput(number, standardError, piece));
    }

    @Override
    public void done(boolean cached, String imageId) {
      tell(new ProgressLine.StepEnded(number, cached, ""));
    }

    @Override
    public void failed(String message) {
      tell(new ProgressLine.StepEnded(number, false, message));
    }

    private void tell(ProgressLine line) {
      if (number > 0) {
        sink.send(line);
      }
    }

    @Override
    public void send(ProgressLine line) {
      sink.send(line);
    }

    @Override
    public void end() {
      // Nothing waits.
    }

    @Override
    public void burst() {
      // Nothing waits.
    }
  }
}
