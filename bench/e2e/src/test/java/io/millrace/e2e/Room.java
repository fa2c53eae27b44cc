package io.millrace.e2e;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static java.util.stream.Collectors.joining;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The rooms of the house: sets of modules. A class is in the room whose module built it. */
enum Room {
    WAL("wal"),
    CONNECTIONS("engine/connections"),
    READER_SPI("readers/spi"),
    READERS("readers/(?!spi/)[^/]+"),
    WRITER_SPI("writers/spi"),
    WRITER_SQL("writers/sql"),
    WRITERS("writers/(?!spi/|sql/)[^/]+"),
    PIPELINE("engine/pipeline"),
    DAEMON("engine/daemon"),
    SERVERS("bench/servers"),
    BENCH("bench/(e2e|jmh)");

    private final String modules;
    private final Pattern origin;

    Room(String modules) {
        this.modules = modules;
        // A jar's URI has one slash before the path, a file's three.
        String root = Path.of(System.getProperty("millrace.root")).toUri().getRawPath();
        this.origin = Pattern.compile("(jar:)?file:(//)?" + Pattern.quote(root) + modules + "/target/.*");
    }

    static Optional<Room> of(JavaClass type) {
        return type.getBaseComponentType()
                .getSource()
                .flatMap(source -> Stream.of(values())
                        .filter(room ->
                                room.origin.matcher(source.getUri().toString()).matches())
                        .findFirst());
    }

    static DescribedPredicate<JavaClass> anyOf(Room... rooms) {
        return describe(
                Stream.of(rooms).map(room -> room.modules).collect(joining(", ", "in ", "")),
                type -> of(type).filter(Stream.of(rooms).toList()::contains).isPresent());
    }

    /** All of ours but these rooms: what a room must not see when these are all that it may see. */
    static DescribedPredicate<JavaClass> ofOursOutside(Room... rooms) {
        DescribedPredicate<JavaClass> allowed = anyOf(rooms);
        return describe(
                "of ours but not " + allowed.getDescription(),
                type -> type.getPackageName().startsWith("io.millrace") && !allowed.test(type));
    }
}
