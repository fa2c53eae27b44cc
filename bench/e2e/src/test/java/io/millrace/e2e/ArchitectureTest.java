package io.millrace.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.conditions.ArchConditions.accessTargetWhere;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TimeZone;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The folders are the architecture: data flows readers → wal → engine → writers and only positions flow back, so no
 * room may see a room downstream of it. Each rule says what to do instead.
 */
class ArchitectureTest {
    private static final JavaClasses OURS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.millrace");

    /** The comparison of source and target, an engine's package, but independent of all that moves rows. */
    private static final DescribedPredicate<JavaClass> VERIFY = resideInAPackage("io.millrace.verify..");

    @Test
    void shouldHaveItsPackageAloneWhenAModule() {
        Map<String, Set<Optional<Room>>> rooms =
                OURS.stream().collect(groupingBy(JavaClass::getPackageName, TreeMap::new, mapping(Room::of, toSet())));

        rooms.forEach((name, in) -> assertTrue(
                in.size() == 1 && !in.contains(Optional.<Room>empty()),
                () -> name + " is in " + in + ": give each module packages of its own, and a new module its room"));
    }

    @Test
    void shouldSeeNoOtherRoomWhenInWal() {
        check(in(Room.WAL)
                .should()
                .dependOnClassesThat(Room.ofOursOutside(Room.WAL))
                .because("wal is what all others stand on: move the type that both need into wal,"
                        + " or hand the behaviour in through an interface of wal"));
    }

    @Test
    void shouldSeeWalAloneWhenInConnections() {
        check(in(Room.CONNECTIONS)
                .should()
                .dependOnClassesThat(Room.ofOursOutside(Room.CONNECTIONS, Room.WAL))
                .because(
                        "it says how a server is reached, to readers and writers alike: what is asked of the server then"
                                + " goes into the reader or the writer"));
    }

    @Test
    void shouldSeeWalAloneWhenInAnSpi() {
        check(in(Room.READER_SPI)
                .should()
                .dependOnClassesThat(Room.ofOursOutside(Room.READER_SPI, Room.WAL))
                .because("an SPI is a contract for others to implement: put the code into the implementation"));
        check(in(Room.WRITER_SPI)
                .should()
                .dependOnClassesThat(Room.ofOursOutside(Room.WRITER_SPI, Room.WAL))
                .because("an SPI is a contract for others to implement: put the code into the implementation"));
    }

    @Test
    void shouldSeeNoWriterNorEngineWhenInAReader() {
        check(in(Room.READERS)
                .should()
                .dependOnClassesThat(Room.ofOursOutside(Room.READERS, Room.READER_SPI, Room.CONNECTIONS, Room.WAL))
                .because("a reader speaks to the rest through the change log only: what a writer or the engine must"
                        + " know goes into a frame, a position, or the reader SPI"));
    }

    @Test
    void shouldSeeNoReaderNorEngineWhenInAWriter() {
        check(in(Room.WRITERS)
                .should()
                .dependOnClassesThat(
                        Room.ofOursOutside(Room.WRITERS, Room.WRITER_SQL, Room.WRITER_SPI, Room.CONNECTIONS, Room.WAL))
                .because("a writer gets rows and schemas and knows no source: what it must know goes into the row,"
                        + " its schema, or the writer SPI"));
        check(in(Room.WRITER_SQL)
                .should()
                .dependOnClassesThat(Room.ofOursOutside(Room.WRITER_SQL, Room.WRITER_SPI, Room.CONNECTIONS, Room.WAL))
                .because(
                        "it is what writers of SQL servers share: what one server alone has goes into its writer, behind"
                                + " a method of ControlDialect, ServerFaults or the like"));
    }

    @Test
    void shouldSeeNoSiblingWhenInAnImplementation() {
        for (String spi : Set.of("reader", "writer")) {
            check(slices().matching("io.millrace." + spi + ".(*)..")
                    .should()
                    .notDependOnEachOther()
                    .ignoreDependency(DescribedPredicate.alwaysTrue(), Room.anyOf(Room.WRITER_SQL))
                    .because("an embedder takes only the " + spi
                            + "s it uses: what two of them share goes into the"
                            + " SPI if it is about the contract, into writers/sql if it is about SQL servers, into engine/connections if it is"
                            + " about reaching them, else into wal"));
        }
    }

    @Test
    void shouldSeeSpisAloneWhenInTheEngine() {
        check(in(Room.PIPELINE)
                .should()
                .dependOnClassesThat(Room.ofOursOutside(Room.PIPELINE, Room.READER_SPI, Room.WRITER_SPI, Room.WAL))
                .because("readers and writers are found by ServiceLoader: ask for what you need in their SPI"));
        check(in(Room.DAEMON)
                .should()
                .dependOnClassesThat(Room.anyOf(Room.READERS, Room.WRITERS, Room.WRITER_SQL, Room.SERVERS, Room.BENCH))
                .because("the daemon calls the embedding API that a user would call: readers and writers are on its"
                        + " class path at run time only"));
        check(noClasses()
                .that(Room.anyOf(Room.DAEMON))
                .and(not(VERIFY))
                .should()
                .dependOnClassesThat(Room.anyOf(Room.CONNECTIONS))
                .because("the comparison alone has connections of its own: ask the embedding API"));
    }

    @Test
    void shouldShareNoCodeWithTheDataPathWhenVerifying() {
        check(noClasses()
                .that(VERIFY)
                .should()
                .dependOnClassesThat(Room.anyOf(Room.READERS, Room.WRITERS, Room.WRITER_SQL, Room.SERVERS, Room.BENCH)
                        .or(resideInAnyPackage("io.millrace.row..", "io.millrace.wal..")))
                .because("a comparison that shares a decoder or an encoder with the data path repeats its mistakes:"
                        + " let the two servers render the values and compare those"));
    }

    @Test
    void shouldSeeNoneOfOursWhenInServers() {
        check(in(Room.SERVERS)
                .should()
                .dependOnClassesThat(Room.ofOursOutside(Room.SERVERS))
                .because("every module's tests use the servers, so they come before all of them in the build:"
                        + " move what needs our classes into the module under test or into bench/e2e"));
    }

    @Test
    void shouldUseChronicleInWalAlone() {
        check(outside(Room.WAL)
                .should()
                .dependOnClassesThat(resideInAnyPackage("net.openhft.."))
                .because("the change log hides its queue, so that it can be replaced and so that durability has one"
                        + " owner: use ChangeSink and LogTailer, and extend them if something is missing"));
    }

    @Test
    void shouldUseTheBinlogConnectorInTheMySqlReaderAlone() {
        check(noClasses()
                .that()
                .resideOutsideOfPackage("io.millrace.reader.mysql..")
                .and(not(Room.anyOf(Room.BENCH)))
                .should()
                .dependOnClassesThat(resideInAnyPackage("com.github.shyiko.."))
                .because("it is a protocol library of one reader: the others get frames from the change log"));
    }

    @Test
    void shouldPointOneWayWhenAPackageOfTheMySqlReader() {
        check(slices().matching("io.millrace.reader.mysql.(*)..")
                .should()
                .beFreeOfCycles()
                .because("its packages can be read one behind the other: what two of them need goes into the one that"
                        + " both see"));
        check(noClasses()
                .that()
                .resideInAPackage("io.millrace.reader.mysql.*..")
                .should()
                .dependOnClassesThat(resideInAPackage("io.millrace.reader.mysql"))
                .because("the stream is above the packages that it is made of: hand in what they must know"));
    }

    @Test
    void shouldUseJdbcInReadersWritersAndVerifyAlone() {
        check(outside(Room.READERS, Room.WRITERS, Room.WRITER_SQL, Room.CONNECTIONS, Room.SERVERS, Room.BENCH)
                .and(not(VERIFY))
                .should()
                .dependOnClassesThat(
                        resideInAnyPackage("java.sql..", "javax.sql..", "org.mariadb..", "org.postgresql.."))
                .because("what speaks to a database is in that database's reader or writer: add the question to the"
                        + " SPI's catalog and answer it there"));
    }

    @Test
    void shouldReadNoEnvironmentWhenNotTheDaemon() {
        check(outside(Room.DAEMON, Room.SERVERS, Room.BENCH)
                .should(use(Map.of(
                        System.class,
                        Set.of("getenv", "getProperty", "getProperties", "setProperty", "setProperties"),
                        Integer.class,
                        Set.of("getInteger"),
                        Long.class,
                        Set.of("getLong"),
                        Boolean.class,
                        Set.of("getBoolean"))))
                .because("a library is configured by its caller: take the value as a parameter and let the daemon,"
                        + " or the embedding program, read it"));
    }

    @Test
    void shouldLeaveTheProcessAloneWhenALibrary() {
        check(outside(Room.DAEMON, Room.SERVERS, Room.BENCH)
                .should(use(
                        Map.of(System.class, Set.of("exit"), Runtime.class, Set.of("exit", "halt", "addShutdownHook"))))
                .because("the process belongs to who embeds us: throw a MillraceException, and let the daemon map its"
                        + " kind to an exit code"));
    }

    @Test
    void shouldLogThroughSlf4jWhenALibrary() {
        check(outside(Room.DAEMON)
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.util.logging.."))
                .because("libraries log through org.slf4j; only the daemon bridges what others log elsewhere"));
    }

    @Test
    void shouldDependOnNoDefaultOfTheJvm() {
        check(outside(Room.SERVERS, Room.BENCH)
                .should(use(Map.of(
                        ZoneId.class,
                        Set.of("systemDefault"),
                        TimeZone.class,
                        Set.of("getDefault", "setDefault"),
                        Locale.class,
                        Set.of("getDefault", "setDefault"),
                        Charset.class,
                        Set.of("defaultCharset"))))
                .because("values must not change with the machine: name the zone, the locale or the charset"));
    }

    private static ArchCondition<JavaClass> use(Map<Class<?>, Set<String>> methods) {
        return accessTargetWhere(describe(
                "to one of " + methods,
                access -> methods.entrySet().stream()
                        .anyMatch(entry -> access.getTargetOwner().isEquivalentTo(entry.getKey())
                                && entry.getValue().contains(access.getTarget().getName()))));
    }

    private static GivenClassesConjunction in(Room... rooms) {
        return noClasses().that(Room.anyOf(rooms));
    }

    private static GivenClassesConjunction outside(Room... rooms) {
        return noClasses().that(not(Room.anyOf(rooms)));
    }

    private static void check(ArchRule rule) {
        rule.allowEmptyShould(true).check(OURS);
    }
}
