package io.millrace.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.util.stream.Stream;

/** The rooms of the house, as sets of packages. Every package of ours is in exactly one of them. */
enum Room {
    WAL("io.millrace.[datasource|error|position|row|schema|wal]"),
    READER_SPI("io.millrace.reader"),
    READERS("io.millrace.reader.*.."),
    WRITER_SPI("io.millrace.writer"),
    WRITERS("io.millrace.writer.*.."),
    PIPELINE("io.millrace.[pipeline|task].."),
    VERIFY("io.millrace.verify.."),
    DAEMON("io.millrace.daemon.."),
    SERVERS("io.millrace.servers.."),
    BENCH("io.millrace.[e2e|jmh]..");

    private final String packages;

    Room(String packages) {
        this.packages = packages;
    }

    static DescribedPredicate<JavaClass> anyOf(Room... rooms) {
        String[] packages = Stream.of(rooms).map(room -> room.packages).toArray(String[]::new);
        return resideInAnyPackage(packages).as("in " + String.join(", ", packages));
    }

    /** All of ours but these rooms: what the rooms must not see when these are all that they may see. */
    static DescribedPredicate<JavaClass> ofOursOutside(Room... rooms) {
        DescribedPredicate<JavaClass> allowed = anyOf(rooms);
        return resideInAPackage("io.millrace..").and(not(allowed)).as("of ours but not " + allowed.getDescription());
    }
}
