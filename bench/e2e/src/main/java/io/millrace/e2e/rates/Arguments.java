package io.millrace.e2e.rates;

import io.millrace.e2e.session.MillraceCommand;
import io.millrace.e2e.session.ResultFile;
import io.millrace.e2e.workload.BigRowsWorkload;
import io.millrace.e2e.workload.HotKeyWorkload;
import io.millrace.e2e.workload.ManyTablesWorkload;
import io.millrace.e2e.workload.OltpWorkload;
import io.millrace.e2e.workload.ReferenceRows;
import io.millrace.e2e.workload.WideRowsWorkload;
import io.millrace.e2e.workload.Workload;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** What the command line of {@link RateBench} asks for. */
record Arguments(
        String workload,
        String source,
        String target,
        int rows,
        int rounds,
        ResultFile results,
        boolean isKept,
        boolean hasPeer,
        boolean hasNative,
        List<String> peerOptions,
        List<Variant> variants,
        List<String> jvmOptions) {
    private static final String USAGE =
            "usage: [--workload reference|oltp|hot-key|wide|tables|deletes|key-changes|big-rows] [--source mysql|postgres] [--target postgres|mysql] [--rows N]"
                    + " [--rounds N] [--results FILE] [--keep] [--native] [--peer] [--peer-option JVM-FLAG|NAME=VALUE]…"
                    + " [--variant NAME=YAML]… [--jvm OPTION]…";

    private static final Set<String> WORKLOADS =
            Set.of("reference", "oltp", "hot-key", "wide", "tables", "deletes", "key-changes", "big-rows");
    private static final Set<String> SERVERS = Set.of("mysql", "postgres");

    static Arguments of(String... words) {
        String workload = "reference";
        String source = "mysql";
        String target = "postgres";
        OptionalInt rows = OptionalInt.empty();
        int rounds = 3;
        ResultFile results = ResultFile.NONE;
        boolean isKept = false;
        boolean hasPeer = false;
        boolean hasNative = false;
        List<String> peerOptions = new ArrayList<>();
        List<Variant> variants = new ArrayList<>();
        List<String> jvmOptions = new ArrayList<>(MillraceCommand.JVM);
        for (int i = 0; i < words.length; i++) {
            switch (words[i]) {
                case "--workload" -> workload = words[++i];
                case "--rows" -> rows = OptionalInt.of(Integer.parseInt(words[++i]));
                case "--rounds" -> rounds = Integer.parseInt(words[++i]);
                case "--results" -> results = ResultFile.of(words[++i]);
                case "--keep" -> isKept = true;
                case "--source" -> source = words[++i];
                case "--target" -> target = words[++i];
                case "--native" -> hasNative = true;
                case "--variant" -> variants.add(Variant.parse(words[++i]));
                case "--jvm" -> jvmOptions.add(words[++i]);
                case "--peer" -> hasPeer = true;
                case "--peer-option" -> peerOptions.add(words[++i]);
                default -> throw new IllegalArgumentException(USAGE);
            }
        }
        if (!WORKLOADS.contains(workload)
                || (!workload.equals("reference") && !source.equals("mysql"))
                || !SERVERS.contains(source)
                || !SERVERS.contains(target)) {
            throw new IllegalArgumentException(USAGE);
        }
        return new Arguments(
                workload,
                source,
                target,
                rows.orElse(usualRows(workload)),
                rounds,
                results,
                isKept,
                hasPeer,
                hasNative,
                peerOptions,
                variants,
                jvmOptions);
    }

    /** In the workload's own unit, so many that a run takes some seconds. */
    private static int usualRows(String workload) {
        return switch (workload) {
            case "oltp" -> 100_000;
            case "wide" -> 20_000;
            case "tables" -> 5_000;
            case "big-rows" -> 8;
            default -> 1_000_000;
        };
    }

    /** Workload and servers, as the results name them: MySQL to PostgreSQL is what goes without saying. */
    String pair() {
        return source.equals("mysql") && target.equals("postgres") ? workload : workload + "-" + source + "-" + target;
    }

    /** The workload, where it is one whose tables are loaded first. */
    Optional<Workload> live() {
        return switch (workload) {
            case "oltp" -> Optional.of(new OltpWorkload(1));
            case "hot-key" -> Optional.of(new HotKeyWorkload());
            case "wide" -> Optional.of(new WideRowsWorkload());
            case "tables" -> Optional.of(new ManyTablesWorkload());
            case "deletes" -> Optional.of(ReferenceRows.deletes(rounds));
            case "key-changes" -> Optional.of(ReferenceRows.keyChanges());
            case "big-rows" -> Optional.of(new BigRowsWorkload());
            default -> Optional.empty();
        };
    }

    SourceSide openSource() {
        return source.equals("mysql") ? new MySqlSource() : new PostgresSource();
    }

    TargetSide openTarget() {
        return target.equals("mysql") ? new MySqlTarget() : new PostgresTarget();
    }

    /** What is measured, in turns: this program as it comes and in each variant, the servers' own replication, the peer. */
    List<Contender> contenders() {
        List<Contender> contenders = new ArrayList<>(programs(false));
        if (hasNative) {
            contenders.add(source.equals("mysql") ? new MySqlReplica() : new PostgresSubscription());
        }
        if (hasPeer) {
            contenders.addAll(Debezium.tunings(peerOptions));
        }
        return contenders;
    }

    /** This program as it comes and in each variant. */
    List<Millrace> programs(boolean loads) {
        List<Millrace> programs = new ArrayList<>();
        programs.add(new Millrace(Variant.DEFAULT, loads, jvmOptions));
        variants.forEach(variant -> programs.add(new Millrace(variant, loads, jvmOptions)));
        return programs;
    }
}
