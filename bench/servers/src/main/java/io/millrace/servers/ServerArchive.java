package io.millrace.servers;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.tukaani.xz.XZInputStream;

/** A server's binaries as they lie on the class path, and how they are unpacked. Immutable. */
sealed interface ServerArchive permits ServerArchive.Tar, ServerArchive.Tree, DebianPackage {

    /** Unpacks into an empty directory. */
    void unpack(Path directory) throws IOException;

    /** A tar file, compressed with gzip or xz, as one resource. */
    record Tar(String resource) implements ServerArchive {
        @Override
        public void unpack(Path directory) throws IOException {
            try (InputStream compressed = new BufferedInputStream(open(), 1 << 16);
                    InputStream plain = resource.endsWith("gz")
                            ? new GzipCompressorInputStream(compressed)
                            : new XZInputStream(compressed);
                    TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    unpackEntry(tar, entry, inside(directory, entry.getName()));
                }
            }
        }

        private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path file)
                throws IOException {
            if (entry.isDirectory()) {
                Files.createDirectories(file);
                return;
            }
            Files.createDirectories(file.getParent());
            if (entry.isSymbolicLink()) {
                // Links out of the distribution are left-overs of the machine where it was packed.
                if (!entry.getLinkName().startsWith("/")) {
                    Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
                }
                return;
            }
            Files.copy(tar, file);
            boolean executable = (entry.getMode() & 0100) != 0;
            Files.setPosixFilePermissions(
                    file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
        }

        private InputStream open() {
            InputStream stream = Tar.class.getClassLoader().getResourceAsStream(resource);
            if (stream == null) {
                throw new ServerUnavailable("server archive not on the class path: resource=" + resource);
            }
            return stream;
        }
    }

    /**
     * A directory tree inside a jar, of which only what matches is needed; what lies in {@code bin} is executable.
     *
     * @param jar the property of {@code servers.properties} that names the jar, {@code null} for the class path's
     */
    record Tree(String jar, String prefix, String needed) implements ServerArchive {
        private static final String JARS = "servers.properties";

        @Override
        public void unpack(Path directory) throws IOException {
            Pattern pattern = Pattern.compile(needed);
            try (JarFile opened = jar == null ? onClassPath() : named()) {
                for (var entries = opened.entries(); entries.hasMoreElements(); ) {
                    var entry = entries.nextElement();
                    if (entry.isDirectory() || !entry.getName().startsWith(prefix)) {
                        continue;
                    }
                    String name = entry.getName().substring(prefix.length());
                    if (!pattern.matcher(name).matches()) {
                        continue;
                    }
                    Path file = inside(directory, name);
                    Files.createDirectories(file.getParent());
                    try (InputStream in = opened.getInputStream(entry)) {
                        Files.copy(in, file);
                    }
                    if (name.startsWith("bin/")) {
                        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
        }

        private JarFile onClassPath() throws IOException {
            URL root = Tree.class.getClassLoader().getResource(prefix);
            if (root == null || !(root.openConnection() instanceof JarURLConnection connection)) {
                throw new ServerUnavailable("server archive not on the class path as a jar: resource=" + prefix);
            }
            connection.setUseCaches(false);
            return connection.getJarFile();
        }

        private JarFile named() throws IOException {
            Properties jars = new Properties();
            try (InputStream in = Tree.class.getClassLoader().getResourceAsStream(JARS)) {
                if (in != null) {
                    jars.load(in);
                }
            }
            String path = jars.getProperty(jar);
            if (path == null || !Files.isRegularFile(Path.of(path))) {
                throw new ServerUnavailable(
                        "server archive was not copied by the build: jar=" + jar + ", path=" + path);
            }
            return new JarFile(path);
        }
    }

    private static Path inside(Path directory, String name) throws IOException {
        Path file = directory.resolve(name).normalize();
        if (!file.startsWith(directory)) {
            throw new IOException("archive entry leaves its directory: name=" + name);
        }
        return file;
    }
}
