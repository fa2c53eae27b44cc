package io.millrace.task.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.millrace.datasource.DataSource;
import io.millrace.datasource.TlsMode;
import io.millrace.error.Finding;
import io.millrace.error.Finding.Severity;
import io.millrace.task.yaml.Parsed;
import io.millrace.task.yaml.SecretResolver;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class DataSourceFileTest {
    private static final Path DIRECTORY = Path.of("conf");
    private static final String BOTH = """
            shop:
              type: mysql
              host: 10.0.0.4
              user: repl
              password: '${env:SHOP_PASSWORD}'
              tls:
                mode: verify-ca
                ca: ca.pem
              connect_timeout: 3s
            warehouse:
              type: postgres
              database: dw
              user: etl
              password: ${file:dw.secret}
            """;

    /** Knows one variable and one file. */
    private static final class Fake implements SecretResolver {
        @Override
        public Optional<String> environment(String name) {
            return name.equals("SHOP_PASSWORD") ? Optional.of("from-env") : Optional.empty();
        }

        @Override
        public Optional<String> file(Path path) {
            return path.equals(DIRECTORY.resolve("dw.secret")) ? Optional.of("from-file") : Optional.empty();
        }
    }

    @Test
    void shouldReadDataSourcesWithTheirDefaults() {
        Map<String, DataSource> found = parse(BOTH, "shop", "warehouse").orThrow();

        DataSource shop = found.get("shop");
        assertEquals("10.0.0.4", shop.host());
        assertEquals(3306, shop.port());
        assertEquals("from-env", shop.password().reveal());
        assertEquals(TlsMode.VERIFY_CA, shop.tlsMode());
        assertEquals(Optional.of(DIRECTORY.resolve("ca.pem")), shop.tlsCa());
        assertEquals(Duration.ofSeconds(3), shop.connectTimeout());
        DataSource warehouse = found.get("warehouse");
        assertEquals("127.0.0.1", warehouse.host());
        assertEquals(5432, warehouse.port());
        assertEquals("dw", warehouse.database());
        assertEquals("from-file", warehouse.password().reveal());
        assertEquals(TlsMode.PREFERRED, warehouse.tlsMode());
    }

    @Test
    void shouldRequireTlsWhenNotOnLoopback() {
        assertEquals(
                TlsMode.REQUIRED,
                only("type: mysql, user: u, host: db.example.com").tlsMode());
        assertEquals(
                TlsMode.REQUIRED,
                only("type: mysql, user: u, host: 127.0.0.1.example.com").tlsMode());
        assertEquals(
                TlsMode.PREFERRED, only("type: mysql, user: u, host: localhost").tlsMode());
        assertEquals(
                TlsMode.PREFERRED, only("type: mysql, user: u, host: '::1'").tlsMode());
        assertEquals(
                TlsMode.DISABLED,
                only("type: mysql, user: u, host: db, tls: {mode: disabled}").tlsMode());
    }

    @Test
    void shouldTakeAPasswordAsTextWhateverItLooksLike() {
        assertEquals(
                "0123", only("type: mysql, user: u, password: 0123").password().reveal());
        assertEquals(
                "${x}",
                only("type: mysql, user: u, password: '$${x}'").password().reveal());
    }

    @Test
    void shouldWarnOfALiteralPasswordWithoutShowingIt() {
        Parsed<Map<String, DataSource>> parsed = parse("s: {type: mysql, user: u, password: hunter2}", "s");

        assertTrue(parsed.value().isPresent());
        Finding warning = parsed.findings().get(0);
        assertEquals(Severity.WARNING, warning.severity());
        assertEquals("literal password: key=s.password", warning.message());
        assertFalse(parsed.toString().contains("hunter2"));
    }

    @Test
    void shouldResolveNoSecretsButThoseWanted() {
        String text = "a: {type: mysql, user: u}\nb: {type: mysql, user: u, password: '${env:NOT_SET}'}";

        assertEquals(Set.of("a"), parse(text, "a").orThrow().keySet());
        assertTrue(problems(text, "b").contains("MR1013 secret cannot be read: key=b.password, env=NOT_SET"));
    }

    @Test
    void shouldTakeADirectoryForAFile() {
        DataSource files = parse("s: {type: file, path: out, compression: zstd, rotate_size: 64KiB}", "s")
                .orThrow()
                .get("s");
        assertEquals("zstd", files.options().get("compression"));
        assertEquals("65536", files.options().get("rotate_bytes"));
        assertEquals("3600000", files.options().get("rotate_millis"));
        assertTrue(files.options().get("path").endsWith("out"));
        assertEquals(
                "-",
                parse("s: {type: file, path: '-'}", "s")
                        .orThrow()
                        .get("s")
                        .options()
                        .get("path"));
        assertTrue(problems("s: {type: file}", "s").contains("missing with type file"));
        assertTrue(problems("s: {type: file, path: a, user: u}", "s").contains("not with type file: key=s.user"));
        assertTrue(problems("s: {type: mysql, user: u, path: a}", "s").contains("only with type file: key=s.path"));
        assertTrue(
                problems("s: {type: file, path: '-', compression: gzip}", "s").contains("not with path '-'"));
    }

    @Test
    void shouldNameWhatIsWrong() {
        assertTrue(problems(BOTH, "shopp").contains("MR1007 unknown data source: datasource=shopp, nearest=shop"));
        assertTrue(problems("s: {type: oracle, user: u}", "s").contains("MR1005 unknown value"));
        assertTrue(
                problems("s: {type: kafka, user: u}", "s").contains("MR1006 not built yet: key=s.type, value=kafka"));
        assertTrue(problems("s: {type: postgres, user: u}", "s").contains("missing with type postgres"));
        assertTrue(problems("s: {type: mysql, user: u, database: d}", "s").contains("not with type mysql"));
        assertTrue(problems("s: {type: mysql}", "s").contains("missing key: key=s.user"));
        assertTrue(problems("s: {type: mysql, user: u, port: 65536}", "s").contains("from 1 to 65535"));
        assertTrue(problems("s: {type: mysql, user: u, password: '${vault:x}'}", "s")
                .contains("unknown reference"));
        assertTrue(problems("s: {type: mysql, user: u, tls: {ca: x.pem}}", "s").contains("only with mode verify-ca"));
        assertTrue(
                problems("s: {type: mysql, user: u, tls: {cert: c.pem}}", "s").contains("belong together"));
        assertTrue(problems("s: {type: mysql, user: u, tls: {key: k.pem}}", "s").contains("belong together"));
        assertTrue(problems("s: {type: mysql, user: u, tls: {mode: disabled, cert: c.pem, key: k.pem}}", "s")
                .contains("not with mode disabled"));
        assertTrue(problems("s: {type: postgres, user: u, database: d, tls: {cert: c.pem, key: k.pem}}", "s")
                .contains("not with type postgres yet"));
        assertEquals(
                Optional.of(DIRECTORY.resolve("k.pem")),
                only("type: mysql, user: u, tls: {cert: c.pem, key: k.pem}").tlsKey());
        assertTrue(
                problems("s: {type: mysql, user: u, connect_timeout: 10}", "s").contains("unit is missing"));
        assertTrue(problems("s: {type: mysql, usr: u}", "s").contains("MR1004 unknown key: key=s.usr, nearest=user"));
        assertTrue(problems("[]", "s").contains("a mapping of names is expected"));
    }

    private static DataSource only(String keys) {
        return parse("s: {" + keys + "}", "s").orThrow().get("s");
    }

    private static Parsed<Map<String, DataSource>> parse(String text, String... wanted) {
        return DataSourceFile.parse("datasources.yaml", text, DIRECTORY, new Fake(), Set.of(wanted));
    }

    private static String problems(String text, String... wanted) {
        return parse(text, wanted).findings().stream()
                .map(finding -> finding.code().label() + " " + finding.message())
                .collect(Collectors.joining("\n"));
    }
}
