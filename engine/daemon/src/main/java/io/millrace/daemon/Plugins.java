package io.millrace.daemon;

import io.millrace.error.ErrorCode;
import io.millrace.error.MillraceException;
import io.millrace.plugin.RowTransform;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Row transforms from the jars of a directory, each jar with a class loader of its own, which lasts as long as the process. Stateless. */
final class Plugins {
    private Plugins() {}

    /** By name; none where there is no such directory. */
    static Map<String, RowTransform> in(Path directory) {
        Map<String, RowTransform> found = new TreeMap<>();
        for (Path jar : jars(directory)) {
            try {
                for (RowTransform transform : transforms(jar)) {
                    if (found.putIfAbsent(transform.name(), transform) != null) {
                        throw new MillraceException(
                                ErrorCode.INVALID_VALUE,
                                "two row transforms have one name: name=" + transform.name() + ", file=" + jar);
                    }
                }
            } catch (IOException | ServiceConfigurationError | LinkageError e) {
                throw new MillraceException(
                        ErrorCode.INVALID_VALUE,
                        "a plugin cannot be loaded: file=" + jar + ", reason="
                                + e.getClass().getSimpleName(),
                        e);
            }
        }
        return found;
    }

    private static List<Path> jars(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new MillraceException(
                    ErrorCode.INVALID_VALUE, "the directory of plugins cannot be read: directory=" + directory, e);
        }
    }

    @SuppressWarnings("resource") // the classes of a transform are loaded when it first needs them
    private static List<RowTransform> transforms(Path jar) throws IOException {
        URLClassLoader loader =
                new URLClassLoader(new URL[] {jar.toUri().toURL()}, RowTransform.class.getClassLoader());
        List<RowTransform> own = new ArrayList<>();
        for (RowTransform transform : ServiceLoader.load(RowTransform.class, loader)) {
            if (transform.getClass().getClassLoader() == loader) {
                own.add(transform);
            }
        }
        return own;
    }
}
