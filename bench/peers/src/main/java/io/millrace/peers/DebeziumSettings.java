package io.millrace.peers;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;

/**
 * What the peer is told, and what it becomes for Debezium. Immutable.
 *
 * <p>Given: {@code mysql.port mysql.user mysql.password postgres.url postgres.user postgres.password database tables}
 * (without the database, by comma), {@code binlog.file binlog.position binlog.gtids expected.changes tuning} ({@code best} or
 * {@code default}); beside them {@code source.…} and {@code sink.…}, which go to Debezium as they are, over ours.
 */
final class DebeziumSettings {
    static final String ENGINE = "peer";
    static final String TOPIC_PREFIX = "peer";

    private final Properties given;

    DebeziumSettings(Properties given) {
        this.given = given;
    }

    String required(String name) {
        String value = given.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("property is missing: name=" + name);
        }
        return value;
    }

    String tuning() {
        return required("tuning");
    }

    String version() {
        String version = io.debezium.embedded.Connect.class.getPackage().getImplementationVersion();
        return version == null ? "unknown" : version;
    }

    long expectedChanges() {
        return Long.parseLong(required("expected.changes"));
    }

    Properties source(Path offsets) {
        Map<String, String> source = new LinkedHashMap<>();
        source.put("name", ENGINE);
        source.put("connector.class", "io.debezium.connector.mysql.MySqlConnector");
        source.put("topic.prefix", TOPIC_PREFIX);
        source.put("offset.storage", "org.apache.kafka.connect.storage.FileOffsetBackingStore");
        source.put("offset.storage.file.filename", offsets.toString());
        source.put("schema.history.internal", "io.debezium.relational.history.MemorySchemaHistory");
        // The tables are as they were when the backlog was written, so their schema can be had from the catalog.
        source.put("snapshot.mode", "recovery");
        source.put("include.schema.changes", "false");
        source.put("tombstones.on.delete", "false");
        source.put("database.hostname", "127.0.0.1");
        source.put("database.port", required("mysql.port"));
        source.put("database.user", required("mysql.user"));
        source.put("database.password", required("mysql.password"));
        source.put("database.server.id", "5401");
        source.put("driver.allowPublicKeyRetrieval", "true");
        source.put("database.include.list", required("database"));
        source.put("table.include.list", qualifiedTables());
        if (isBest()) {
            source.put("database.ssl.mode", "disabled");
            source.put("max.batch.size", "16384");
            source.put("max.queue.size", "65536");
            source.put("poll.interval.ms", "5");
            // Otherwise the sink's UNNEST statement fails on timestamps.
            source.put("time.precision.mode", "connect");
        }
        overlay("source.", source);
        Properties properties = new Properties();
        properties.putAll(source);
        return properties;
    }

    Map<String, String> sink() {
        Map<String, String> sink = new LinkedHashMap<>();
        sink.put("name", "sink");
        sink.put("connection.url", required("postgres.url"));
        sink.put("connection.username", required("postgres.user"));
        sink.put("connection.password", required("postgres.password"));
        sink.put("insert.mode", "upsert");
        sink.put("delete.enabled", "true");
        sink.put("primary.key.mode", "record_key");
        sink.put("schema.evolution", "none");
        sink.put("collection.name.format", "${source.table}");
        if (isBest()) {
            sink.put("batch.size", "8192");
            sink.put("use.reduction.buffer", "true");
            sink.put("dialect.postgres.unnest.insert.enabled", "true");
        }
        overlay("sink.", sink);
        return sink;
    }

    private boolean isBest() {
        return tuning().equals("best");
    }

    private String qualifiedTables() {
        StringBuilder qualified = new StringBuilder();
        for (String table : required("tables").split(",", -1)) {
            qualified
                    .append(qualified.length() == 0 ? "" : ",")
                    .append(required("database"))
                    .append('.')
                    .append(table);
        }
        return qualified.toString();
    }

    private void overlay(String prefix, Map<String, String> properties) {
        for (String name : given.stringPropertyNames()) {
            if (name.startsWith(prefix)) {
                properties.put(name.substring(prefix.length()), given.getProperty(name));
            }
        }
    }
}
