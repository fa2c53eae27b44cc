package io.millrace.task.file;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.Secret;
import io.millrace.datasource.TlsMode;
import io.millrace.error.ErrorCode;
import io.millrace.task.key.DataSourceKeys;
import io.millrace.task.yaml.Findings;
import io.millrace.task.yaml.Nearest;
import io.millrace.task.yaml.Parsed;
import io.millrace.task.yaml.SecretReader;
import io.millrace.task.yaml.SecretResolver;
import io.millrace.task.yaml.Section;
import io.millrace.task.yaml.YamlNode;
import io.millrace.task.yaml.YamlReader;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads data sources from YAML: {@link DataSourceKeys} lists their keys. All are checked; only those that are wanted have
 * their secrets resolved. Reads no file itself.
 */
public final class DataSourceFile {
    private static final Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(10);
    private static final String DEFAULT_HOST = "127.0.0.1";
    private static final int MYSQL_PORT = 3306;
    private static final int POSTGRES_PORT = 5432;
    private static final int MOST_PORT = 65_535;
    private static final List<String> FILE_KEYS =
            List.of("path", "compression", "rotate_size", "rotate_time", "sync_interval");
    private static final List<String> SERVER_KEYS =
            List.of("host", "port", "database", "user", "password", "tls", "connect_timeout");
    private static final long LEAST_ROTATION = 1L << 10;
    private static final long ROTATE_BYTES = 1L << 30;
    private static final Duration LEAST_INTERVAL = Duration.ofMillis(10);
    private static final Duration ROTATE_TIME = Duration.ofHours(1);
    private static final Duration SYNC_INTERVAL = Duration.ofSeconds(1);

    private final Path directory;
    private final Findings findings;
    private final SecretReader secrets;
    private final Set<String> wanted;

    private DataSourceFile(Path directory, Findings findings, SecretReader secrets, Set<String> wanted) {
        this.directory = directory;
        this.findings = findings;
        this.secrets = secrets;
        this.wanted = wanted;
    }

    /**
     * Reads data sources.
     *
     * @param file its name, for findings
     * @param text its content
     * @param directory from which relative paths in it start
     * @param wanted names that must be there
     * @return the wanted ones by name
     */
    public static Parsed<Map<String, DataSource>> parse(
            String file, String text, Path directory, SecretResolver resolver, Set<String> wanted) {
        Findings findings = new Findings(file);
        Optional<YamlNode> root = YamlReader.read(text, findings);
        if (root.isEmpty()) {
            return Parsed.failed(findings);
        }
        SecretReader secrets = new SecretReader(resolver, directory, findings);
        return new DataSourceFile(directory, findings, secrets, wanted).dataSources(root.get());
    }

    private Parsed<Map<String, DataSource>> dataSources(YamlNode root) {
        if (!(root instanceof YamlNode.Entries mapping)) {
            findings.error(root, ErrorCode.INVALID_VALUE, "a mapping of names is expected: key=the file itself");
            return Parsed.failed(findings);
        }
        Map<String, DataSource> found = new TreeMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            String name = entry.key().text();
            Section section = new Section("*", name, entry.value(), DataSourceKeys.all(), findings);
            dataSource(name, section).filter(each -> wanted.contains(name)).ifPresent(each -> found.put(name, each));
        }
        List<String> names =
                mapping.entries().stream().map(entry -> entry.key().text()).toList();
        for (String name : wanted) {
            if (!names.contains(name)) {
                findings.error(
                        root,
                        ErrorCode.UNKNOWN_DATASOURCE,
                        "unknown data source: datasource=" + name
                                + Nearest.of(name, names)
                                        .map(word -> ", nearest=" + word)
                                        .orElse(""));
            }
        }
        return Parsed.of(findings, found);
    }

    private Optional<DataSource> dataSource(String name, Section section) {
        Optional<String> type = section.choice("type");
        if (type.filter("file"::equals).isPresent()) {
            return files(name, section);
        }
        FILE_KEYS.stream()
                .filter(section::has)
                .forEach(key -> section.error(section.at(key), key, "only with type file"));
        if (!section.has("user")) {
            section.error(section.node(), "user", "missing key");
        }
        String host = section.text("host").orElse(DEFAULT_HOST);
        boolean isPostgres = type.map("postgres"::equals).orElse(false);
        long port = section.integer("port", 1, MOST_PORT).orElse(isPostgres ? POSTGRES_PORT : MYSQL_PORT);
        Optional<String> database = section.text("database");
        if (type.isPresent() && isPostgres != section.has("database")) {
            section.error(
                    section.at("database"),
                    "database",
                    isPostgres
                            ? "missing with type postgres"
                            : "not with type " + type.get() + ", whose tasks name databases");
        }
        Optional<String> user = section.text("user");
        Secret password = section.scalar("password")
                .filter(scalar -> wanted.contains(name))
                .map(scalar -> secrets.read(scalar, name + ".password"))
                .orElse(Secret.NONE);
        Optional<Section> tls = section.section("tls");
        TlsMode mode = tls.flatMap(keys -> keys.choice("mode"))
                .map(text -> TlsMode.valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_')))
                .orElse(isLoopback(host) ? TlsMode.PREFERRED : TlsMode.REQUIRED);
        Optional<Path> authorities = tls.flatMap(keys -> keys.parsed("ca", this::path));
        if (authorities.isPresent() && mode != TlsMode.VERIFY_CA && mode != TlsMode.VERIFY_FULL) {
            tls.orElseThrow().error(tls.get().at("ca"), "ca", "only with mode verify-ca or verify-full");
        }
        Optional<Path> certificate = tls.flatMap(keys -> keys.parsed("cert", this::path));
        Optional<Path> key = tls.flatMap(keys -> keys.parsed("key", this::path));
        boolean isPair = certificate.isPresent() == key.isPresent();
        if (!isPair || (certificate.isPresent() && (mode == TlsMode.DISABLED || isPostgres))) {
            String given = certificate.isPresent() ? "cert" : "key";
            tls.orElseThrow()
                    .error(
                            tls.get().at(given),
                            given,
                            !isPair
                                    ? "tls.cert and tls.key belong together"
                                    : isPostgres ? "not with type postgres yet" : "not with mode disabled");
        }
        Duration timeout = section.time("connect_timeout", Duration.ofMillis(1)).orElse(DEFAULT_CONNECT_TIMEOUT);
        if (type.isEmpty() || user.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new DataSource(
                name,
                type.get(),
                host,
                (int) port,
                database.orElse(""),
                user.get(),
                password,
                mode,
                authorities,
                isPair ? certificate : Optional.empty(),
                isPair ? key : Optional.empty(),
                timeout));
    }

    /** A directory or standard output: no server, and no login. */
    private Optional<DataSource> files(String name, Section section) {
        SERVER_KEYS.stream()
                .filter(section::has)
                .forEach(key -> section.error(section.at(key), key, "not with type file"));
        Optional<String> path = section.text("path");
        if (path.isEmpty()) {
            section.error(section.node(), "path", "missing with type file");
            return Optional.empty();
        }
        boolean isStandardOutput = path.get().equals("-");
        String compression = section.choice("compression").orElse("none");
        if (isStandardOutput && !compression.equals("none")) {
            section.error(section.at("compression"), "compression", "not with path '-'");
        }
        Map<String, String> options = new TreeMap<>();
        Optional<Path> resolved = section.parsed("path", this::path);
        options.put(
                "path", isStandardOutput ? "-" : resolved.map(Path::toString).orElse(""));
        options.put("compression", compression);
        options.put(
                "rotate_bytes",
                Long.toString(section.size("rotate_size", LEAST_ROTATION).orElse(ROTATE_BYTES)));
        options.put("rotate_millis", millis(section, "rotate_time", ROTATE_TIME));
        options.put("sync_millis", millis(section, "sync_interval", SYNC_INTERVAL));
        return Optional.of(DataSource.of(name, "file", options));
    }

    private static String millis(Section section, String key, Duration otherwise) {
        return Long.toString(section.time(key, LEAST_INTERVAL).orElse(otherwise).toMillis());
    }

    private Path path(String text) {
        try {
            return directory.resolve(text);
        } catch (InvalidPathException e) {
            throw new IllegalArgumentException("not a path", e);
        }
    }

    /** Only what is loopback by its very form: a name that resolves to it today may resolve elsewhere tomorrow. */
    static boolean isLoopback(String host) {
        return host.equalsIgnoreCase("localhost")
                || host.matches("127\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}")
                || host.equals("::1")
                || host.equals("[::1]");
    }
}
