package io.millrace.metrics;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the process takes of its machine, under the names that Prometheus' own client libraries use. Stateless. */
final class ProcessMetrics {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final double NANOS = 1e9;
    private static final double MILLIS = 1e3;

    private ProcessMetrics() {}

    static void addTo(Exposition out) {
        out.add(Metric.STARTED, ManagementFactory.getRuntimeMXBean().getStartTime() / MILLIS);
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system) {
            out.add(Metric.CPU, system.getProcessCpuTime() / NANOS);
            out.add(Metric.OPEN_FILES, system.getOpenFileDescriptorCount());
            out.add(Metric.MOST_FILES, system.getMaxFileDescriptorCount());
        }
        addResident(out);
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        addMemory(out, "heap", memory.getHeapMemoryUsage());
        addMemory(out, "nonheap", memory.getNonHeapMemoryUsage());
        out.add(Metric.THREADS, ManagementFactory.getThreadMXBean().getThreadCount());
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            out.add(Metric.COLLECTIONS, Math.max(0, collector.getCollectionCount()), collector.getName());
            out.add(Metric.COLLECTION_TIME, Math.max(0, collector.getCollectionTime()) / MILLIS, collector.getName());
        }
    }

    private static void addMemory(Exposition out, String area, MemoryUsage usage) {
        out.add(Metric.HEAP, usage.getUsed(), area);
        if (usage.getMax() >= 0) {
            out.add(Metric.HEAP_MOST, usage.getMax(), area);
        }
    }

    /** Where there is no such file, there are no such metrics. */
    private static void addResident(Exposition out) {
        if (!Files.isReadable(STATUS)) {
            return;
        }
        try {
            for (String line : Files.readAllLines(STATUS, StandardCharsets.ISO_8859_1)) {
                if (line.startsWith("VmRSS:")) {
                    out.add(Metric.RESIDENT, bytes(line));
                } else if (line.startsWith("VmHWM:")) {
                    out.add(Metric.RESIDENT_MOST, bytes(line));
                }
            }
        } catch (IOException e) {
            // The same as where there is no such file: absent, which is what a scrape shows.
            return;
        }
    }

    /** Of a line such as {@code VmRSS:     12345 kB}. */
    static long bytes(String line) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
    }
}
