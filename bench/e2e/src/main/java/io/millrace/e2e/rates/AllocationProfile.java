package io.millrace.e2e.rates;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Who allocates in a run that was recorded by {@code --jvm -XX:StartFlightRecording=filename=FILE,settings=profile}: the sampled bytes by class
 * and by the innermost method of this program on the stack, per change, as a table in Markdown.
 *
 * <pre>
 * AllocationProfile FILE CHANGES [--after SECONDS] [--top 25]
 * </pre>
 *
 * Samples of the first seconds, in which the program starts, are left out with {@code --after}; CHANGES are those behind them.
 */
public final class AllocationProfile {
    private static final String SAMPLE = "jdk.ObjectAllocationSample";
    private static final String OURS = "io.millrace.";

    private final Map<String, Long> bytes = new HashMap<>();
    private final Instant from;
    private long total;

    private AllocationProfile(Instant from) {
        this.from = from;
    }

    public static void main(String[] words) throws IOException {
        Path file = Path.of(words[0]);
        long changes = Long.parseLong(words[1]);
        int top = 25;
        Duration after = Duration.ZERO;
        for (int i = 2; i < words.length; i++) {
            switch (words[i]) {
                case "--top" -> top = Integer.parseInt(words[++i]);
                case "--after" -> after = Duration.ofSeconds(Long.parseLong(words[++i]));
                default ->
                    throw new IllegalArgumentException(
                            "usage: AllocationProfile FILE CHANGES [--after SECONDS] [--top N]");
            }
        }
        List<RecordedEvent> events = RecordingFile.readAllEvents(file);
        Instant first = events.stream()
                .map(RecordedEvent::getStartTime)
                .min(Comparator.naturalOrder())
                .orElseThrow(() -> new IllegalArgumentException("nothing was recorded: file=" + file));
        AllocationProfile profile = new AllocationProfile(first.plus(after));
        events.stream()
                .filter(event -> event.getEventType().getName().equals(SAMPLE))
                .forEach(profile::add);
        profile.print(changes, top);
    }

    private void add(RecordedEvent sample) {
        if (sample.getStartTime().isBefore(from)) {
            return;
        }
        long weight = sample.getLong("weight");
        total += weight;
        String site = sample.getThread().getJavaName().replaceAll("[0-9]+", "N") + " | "
                + sample.getClass("objectClass").getName() + " | " + innermost(sample.getStackTrace());
        bytes.merge(site, weight, Long::sum);
    }

    private static String innermost(RecordedStackTrace stack) {
        if (stack == null || stack.getFrames().isEmpty()) {
            return "";
        }
        String allocator = name(stack.getFrames().get(0));
        for (RecordedFrame frame : stack.getFrames()) {
            String name = name(frame);
            if (name.startsWith(OURS)) {
                return name.equals(allocator) ? name : name + ", in " + allocator;
            }
        }
        return allocator;
    }

    private static String name(RecordedFrame frame) {
        return frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
    }

    private void print(long changes, int top) {
        System.out.printf(
                Locale.ROOT, "%d bytes in %d changes: %.1f a change%n%n", total, changes, (double) total / changes);
        System.out.println("| bytes a change | thread | class | where |");
        System.out.println("| --- | --- | --- | --- |");
        bytes.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .limit(top)
                .forEach(entry -> System.out.printf(
                        Locale.ROOT,
                        "| %.2f | %s |%n",
                        (double) entry.getValue() / changes,
                        entry.getKey().replace("io.millrace.", "…")));
    }
}
