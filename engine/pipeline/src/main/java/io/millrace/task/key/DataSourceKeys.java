package io.millrace.task.key;

import static io.millrace.task.yaml.KeyType.DURATION;
import static io.millrace.task.yaml.KeyType.INTEGER;
import static io.millrace.task.yaml.KeyType.SECTION;
import static io.millrace.task.yaml.KeyType.SIZE;
import static io.millrace.task.yaml.KeyType.TEXT;

import io.millrace.task.yaml.Key;
import io.millrace.task.yaml.KeyType;
import java.util.List;

/** Every key of a data source file. The first name of each path is the data source's own. */
public final class DataSourceKeys {
    private DataSourceKeys() {}

    public static List<Key> all() {
        return List.of(
                new Key(
                        "*.type",
                        KeyType.CHOICE,
                        true,
                        "",
                        "what kind of server it is",
                        List.of("mysql", "mariadb", "postgres", "file"),
                        List.of("hologres", "maxcompute", "kafka"),
                        true),
                Key.optional("*.host", TEXT, "127.0.0.1", "name or address"),
                Key.optional("*.port", INTEGER, "3306, or 5432 for postgres", "TCP port"),
                Key.optional(
                        "*.database", TEXT, "", "the database to connect to; required for postgres, and only there"),
                Key.optional("*.user", TEXT, "", "who logs in; required but with type file"),
                Key.optional(
                        "*.password",
                        TEXT,
                        "none",
                        "'${env:NAME}' or '${file:/path}'; a literal one is allowed and warned about"),
                Key.optional("*.tls", SECTION, "", "how the connection is protected"),
                Key.choice(
                        "*.tls.mode",
                        "preferred on loopback, required elsewhere",
                        "disabled: never; preferred: where the server offers it; required: always, whoever the server is;"
                                + " verify-ca: with a certificate that the CA signed; verify-full: for this host name",
                        "disabled",
                        "preferred",
                        "required",
                        "verify-ca",
                        "verify-full"),
                Key.optional(
                        "*.tls.ca",
                        TEXT,
                        "the JVM's",
                        "PEM file of the authorities to trust, for verify-ca and verify-full"),
                Key.optional(
                        "*.tls.cert",
                        TEXT,
                        "none",
                        "PEM file of the certificate to show to a MySQL or MariaDB that asks for one; needs tls.key"),
                Key.optional(
                        "*.tls.key",
                        TEXT,
                        "none",
                        "PEM file of its key, without passphrase: PKCS#8, or RSA as MySQL makes it"),
                Key.optional("*.connect_timeout", DURATION, "10s", "how long a connection may take to open"),
                Key.optional(
                        "*.path",
                        TEXT,
                        "",
                        "type file, a target: the directory of the files, made where it is missing; '-' is standard output."
                                + " Required there; the keys above but type are not for it, those below only for it"),
                Key.choice(
                        "*.compression",
                        "none",
                        "how files are packed; on standard output none",
                        "none",
                        "gzip",
                        "zstd"),
                Key.optional("*.rotate_size", SIZE, "1GiB", "a file of this length is closed, and the next one begun"),
                Key.optional("*.rotate_time", DURATION, "1h", "likewise one whose first line is this old"),
                Key.optional(
                        "*.sync_interval",
                        DURATION,
                        "1s",
                        "while changes come they are synced this often, and the checkpoint with them"));
    }
}
