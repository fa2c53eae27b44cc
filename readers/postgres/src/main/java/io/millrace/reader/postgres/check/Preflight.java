package io.millrace.reader.postgres.check;

import io.millrace.error.ErrorCode;
import io.millrace.error.Finding;
import io.millrace.error.Findings;
import io.millrace.reader.ChangeRequest;
import io.millrace.reader.postgres.catalog.CatalogTable;
import io.millrace.reader.postgres.catalog.Publication;
import io.millrace.reader.postgres.connection.SqlSession;
import io.millrace.reader.postgres.connection.SqlText;
import io.millrace.reader.postgres.server.Names;
import io.millrace.reader.postgres.server.ServerPositions;
import io.millrace.reader.postgres.server.SlotState;
import io.millrace.reader.postgres.statement.DdlTrigger;
import io.millrace.schema.TableId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Everything about a server and its selected tables that a task would stumble over. Changes nothing. */
public final class Preflight {
    private static final int OLDEST_VERSION = 150_000;
    private static final int NEWEST_VERSION = 190_000;
    private static final int FAILOVER_VERSION = 170_000;
    private static final int STANDBY_VERSION = 160_000;

    private static final String RIGHTS = """
            SELECT oid::bigint, pg_catalog.has_table_privilege(oid, 'SELECT'), pg_catalog.pg_has_role(relowner, 'USAGE')
            FROM pg_catalog.pg_class WHERE oid = ANY (?::pg_catalog.oid[])""";

    private final SqlSession session;
    private final Findings findings = new Findings();
    private boolean isStandby;

    public Preflight(SqlSession session) {
        this.session = session;
    }

    public List<Finding> check(List<CatalogTable> tables, ChangeRequest request) {
        Names names = Names.of(request);
        isStandby = new ServerPositions(session).isStandby();
        checkServer(names);
        if (isStandby) {
            checkPublication(tables, names);
        }
        checkRole(tables, names);
        tables.forEach(this::checkTable);
        checkTrigger(names);
        return findings.list();
    }

    private String setting(String name) {
        return session.value("SELECT COALESCE(pg_catalog.current_setting(?, true), '')", name);
    }

    private void checkServer(Names names) {
        int version = Integer.parseInt(setting("server_version_num"));
        if (version < OLDEST_VERSION) {
            error(
                    "server_version",
                    "the server is older than what is supported: version=" + version,
                    "upgrade it to 15 or later");
        } else if (version >= NEWEST_VERSION) {
            warning(
                    "server_version",
                    "untested with this server: version=" + version,
                    "none is needed where all works");
        }
        if (isStandby && !checkStandby(version)) {
            return;
        }
        if (!setting("wal_level").equals("logical")) {
            error(
                    "wal_level",
                    "the server does not write what logical replication reads: wal_level=" + setting("wal_level"),
                    "set wal_level=logical and restart the server");
        }
        long walsenders = Long.parseLong(session.value("SELECT count(*) FROM pg_catalog.pg_stat_replication"));
        if (walsenders >= Long.parseLong(setting("max_wal_senders"))) {
            warning(
                    "max_wal_senders",
                    "no walsender is free: used=" + walsenders + ", max_wal_senders=" + setting("max_wal_senders"),
                    "end connections that nobody needs, or raise max_wal_senders and restart the server");
        }
        boolean hasSlot = SlotState.of(session, names.slot()).isPresent();
        long slots = Long.parseLong(session.value("SELECT count(*) FROM pg_catalog.pg_replication_slots"));
        if (!hasSlot && slots >= Long.parseLong(setting("max_replication_slots"))) {
            error(
                    "max_replication_slots",
                    "no replication slot is free: used=" + slots + ", max_replication_slots="
                            + setting("max_replication_slots"),
                    "drop slots that nobody needs, or raise max_replication_slots and restart the server");
        }
        checkSlots(names, version);
    }

    /** Whether it can be read at all. */
    private boolean checkStandby(int version) {
        if (version < STANDBY_VERSION) {
            error(
                    "standby",
                    "the source is a standby older than those that can be read: version=" + version + ", needed="
                            + STANDBY_VERSION,
                    "name the primary in datasources.yaml, or upgrade to 16 or later");
            return false;
        }
        if (setting("hot_standby_feedback").equals("off")) {
            warning(
                    "hot_standby_feedback",
                    "the primary may remove what the standby's slot needs, which invalidates it: hot_standby_feedback=off",
                    "set hot_standby_feedback=on at the standby");
        }
        if (setting("primary_slot_name").isEmpty()) {
            warning(
                    "primary_slot_name",
                    "while the standby is disconnected, the primary may remove what its slot needs: primary_slot_name is empty",
                    "let the standby stream by a physical slot of its primary");
        }
        return true;
    }

    private void checkPublication(List<CatalogTable> tables, Names names) {
        new Publication(names.publication())
                .missingAtStandby(session, tables)
                .ifPresent(sql -> error(
                        names.publication(),
                        "a publication cannot be made on a standby, and this one does not hold exactly the selected tables:"
                                + " publication=" + names.publication(),
                        "on the primary run: " + sql));
    }

    private void checkSlots(Names names, int version) {
        for (SlotState orphan : SlotState.orphans(session, names.slot())) {
            warning(
                    orphan.name(),
                    "a slot that nobody reads keeps WAL: slot=" + orphan.name() + ", database=" + orphan.database()
                            + ", bytes=" + orphan.retainedBytes(),
                    "if no task owns it: SELECT pg_drop_replication_slot(" + SqlText.literal(orphan.name()) + ")");
        }
        SlotState.of(session, names.slot())
                .filter(SlotState::isLost)
                .ifPresent(slot -> findings.error(
                        ErrorCode.SOURCE_SLOT,
                        slot.name(),
                        "the task's slot was invalidated: walStatus=" + slot.walStatus() + ", invalidation="
                                + slot.invalidation(),
                        ErrorCode.SOURCE_SLOT.advice()));
        if (SlotState.limitBytes(session).isPresent()) {
            warning(
                    "max_slot_wal_keep_size",
                    "the server gives the slot up where it would have to keep more WAL, while nobody reads it or a transaction stays"
                            + " open: max_slot_wal_keep_size=" + setting("max_slot_wal_keep_size"),
                    "set it to -1, or let no task stand for longer than so much WAL takes");
        }
        if (!setting("idle_replication_slot_timeout").matches("0?")) {
            warning(
                    "idle_replication_slot_timeout",
                    "the server gives the slot up where nobody reads it for so long: idle_replication_slot_timeout="
                            + setting("idle_replication_slot_timeout"),
                    "set it to 0, or let no task stand for so long");
        }
        boolean hasStandbys = !session.value(
                        "SELECT count(*) FROM pg_catalog.pg_replication_slots WHERE slot_type = 'physical'")
                .equals("0");
        if (version >= FAILOVER_VERSION
                && hasStandbys
                && setting("synchronized_standby_slots").isEmpty()) {
            warning(
                    "synchronized_standby_slots",
                    "a promoted standby may lack what was read from this primary: synchronized_standby_slots is empty",
                    "name the standbys' slots in synchronized_standby_slots");
        }
    }

    private void checkRole(List<CatalogTable> tables, Names names) {
        boolean mayReplicate = session.value(
                        "SELECT rolsuper OR rolreplication FROM pg_catalog.pg_roles WHERE rolname = current_user")
                .equals("t");
        if (!mayReplicate) {
            privilege("REPLICATION", "ALTER ROLE … REPLICATION");
        }
        boolean isMade = isStandby || new Publication(names.publication()).exists(session);
        if (!isMade
                && session.value("SELECT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE')")
                        .equals("f")) {
            privilege("CREATE on the database", "GRANT CREATE ON DATABASE … TO …, for the publication");
        }
        Map<Long, Rights> rights = rights(tables);
        for (CatalogTable table : tables) {
            Rights of = rights.getOrDefault(Integer.toUnsignedLong(table.oid()), Rights.NONE);
            if (!of.mayRead()) {
                privilege("SELECT on " + table.id(), "GRANT SELECT ON " + SqlText.quoted(table.id()) + " TO …");
            }
            if (!isMade && !of.isOwner()) {
                privilege(
                        "ownership of " + table.id(),
                        "make the publication as the tables' owner, or grant the owner's role: only an owner may publish");
            }
        }
    }

    /** What the role may do with a table. */
    private record Rights(boolean mayRead, boolean isOwner) {
        private static final Rights NONE = new Rights(false, false);
    }

    private Map<Long, Rights> rights(List<CatalogTable> tables) {
        Map<Long, Rights> rights = new HashMap<>();
        session.rows(
                RIGHTS,
                row -> rights.put(row.getLong(1), new Rights(row.getBoolean(2), row.getBoolean(3))),
                tables.stream()
                        .map(table -> Integer.toUnsignedString(table.oid()))
                        .collect(Collectors.joining(",", "{", "}")));
        return rights;
    }

    private void checkTrigger(Names names) {
        DdlTrigger trigger = new DdlTrigger(names);
        if (!trigger.isThere(session)) {
            findings.info(
                    ErrorCode.SOURCE_SETTING,
                    "ddl",
                    "DDL that changes no column's name or type is not seen: no event trigger writes it into the WAL",
                    "optional, as a superuser" + (isStandby ? ", on the primary" : "") + ": " + trigger.creation());
        }
    }

    private void privilege(String what, String fix) {
        findings.error(
                ErrorCode.SOURCE_PRIVILEGE, what, "a privilege is missing at the source: privilege=" + what, fix);
    }

    private void checkTable(CatalogTable table) {
        String name = SqlText.quoted(table.id());
        List<String> key = table.key();
        if (table.isUnlogged()) {
            refuse(table, "is not in the WAL: unlogged", "ALTER TABLE " + name + " SET LOGGED, or exclude it");
        } else if (!table.leavesWithoutIdentity().isEmpty()) {
            refuse(
                    table,
                    "has partitions without a replica identity: partitions=" + table.leavesWithoutIdentity(),
                    "ALTER TABLE … REPLICA IDENTITY DEFAULT for each of them");
        } else if (table.isIdentityUnpublished()) {
            refuse(
                    table,
                    "has the replica identity FULL and virtual generated columns, so that its updates would fail in a publication:"
                            + " columns=" + table.generated(),
                    "ALTER TABLE " + name + " REPLICA IDENTITY DEFAULT, or USING INDEX …");
        } else if (table.identityColumns().isEmpty()) {
            refuse(
                    table,
                    "has no replica identity, so that its updates would fail in a publication",
                    "ALTER TABLE " + name + " REPLICA IDENTITY "
                            + (key.isEmpty() ? "FULL" : "USING INDEX …, of the unique key") + ", or exclude it");
        } else if (!table.identifiesKey()) {
            refuse(
                    table,
                    "has a replica identity that does not hold its key: key=" + key,
                    "ALTER TABLE " + name + " REPLICA IDENTITY FULL");
        }
        checkKey(table);
        if (!table.generated().isEmpty()) {
            warning(
                    table.id().toString(),
                    "the table's rows lack generated columns, which the server does not publish: columns="
                            + table.generated(),
                    "where they are needed, make the target's table with columns that it computes itself: an ordinary column"
                            + " of such a name stays empty");
        }
        if (table.isPartitioned()) {
            warning(
                    table.id().toString(),
                    "is partitioned: the server does not publish TRUNCATE, DETACH and DROP of a partition",
                    "delete a partition's rows before it goes");
        }
    }

    /** One that the task declares may be any columns. */
    private void checkKey(CatalogTable table) {
        TableId id = table.id();
        for (String column : table.nullableKey()) {
            findings.error(
                    ErrorCode.INVALID_VALUE,
                    id.toString(),
                    "key column may be NULL, which tells no rows apart: table=" + id + ", column=" + column,
                    "declare another key, or make the column NOT NULL");
        }
        if (!table.key().isEmpty() && !table.isKeyUnique()) {
            findings.warning(
                    ErrorCode.INVALID_VALUE,
                    id.toString(),
                    "declared key is not unique by any index of the source: table=" + id + ", key=" + table.key(),
                    "add a unique index on it, or be sure that no two rows share it");
        }
    }

    private void refuse(CatalogTable table, String why, String fix) {
        findings.error(ErrorCode.TABLE_REFUSED, table.id().toString(), "the table " + why, fix);
    }

    private void error(String subject, String message, String fix) {
        findings.error(ErrorCode.SOURCE_SETTING, subject, message, fix);
    }

    private void warning(String subject, String message, String fix) {
        findings.warning(ErrorCode.SOURCE_SETTING, subject, message, fix);
    }
}
