package io.millrace.writer.postgres.structure;

import io.millrace.connection.DriverErrors;
import io.millrace.schema.TableId;
import io.millrace.writer.StructureItem;
import io.millrace.writer.TableStructure;
import io.millrace.writer.postgres.catalog.Catalog;
import io.millrace.writer.postgres.connection.Identifiers;
import io.millrace.writer.postgres.connection.PostgresSession;
import io.millrace.writer.postgres.connection.SqlStates;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Makes tables, and later what they get behind their load. Each step is one transaction with its note in the control schema, so
 * that a killed one has happened or has not. Confined to one thread.
 */
public final class StructureMaker {
    /** Names meet, rows contradict, or something that was there is gone: asking again would be answered alike. */
    private static final List<String> REFUSALS =
            List.of("23503", "23505", "23514", "42830", "42703", "42P01", "42501", "42704", "42804", "54000", "54011");

    private final StructureLedger ledger;

    public StructureMaker(StructureLedger ledger) {
        this.ledger = ledger;
    }

    public void create(PostgresSession session, TableStructure structure) throws SQLException {
        session.inTransaction(() -> {
            session.createSchema(structure.table().name().namespace());
            for (String sql : StructureSql.behindSchema(structure)) {
                session.execute(sql);
            }
            ledger.forget(session, structure.table().name());
            for (StructureItem item : structure.items()) {
                if (!item.isEarly()) {
                    ledger.insert(session, item);
                }
            }
            return null;
        });
    }

    /** Why the item was refused; empty where it was made. */
    public Optional<String> make(PostgresSession session, StructureItem item) throws SQLException {
        try {
            session.inTransaction(() -> {
                Optional<String> name = StructureSql.indexName(item);
                if (name.isPresent() && isTaken(session, item, name.get())) {
                    name = Optional.empty();
                }
                session.execute(StructureSql.item(item, name, session.isReplica()));
                ledger.end(session, item, Optional.empty());
                return null;
            });
            return Optional.empty();
        } catch (SQLException e) {
            if (!REFUSALS.contains(DriverErrors.stateOf(e))) {
                throw e;
            }
            String why = SqlStates.description(e);
            session.inTransaction(() -> {
                ledger.end(session, item, Optional.of(why));
                return null;
            });
            return Optional.of(why);
        }
    }

    private static boolean isTaken(PostgresSession session, StructureItem item, String name) throws SQLException {
        if (item.kind() == StructureItem.Kind.FOREIGN_KEY) {
            return false; // names of constraints are a table's own
        }
        TableId relation = StructureSql.relation(item, name);
        return Catalog.exists(session.connection(), Identifiers.quote(relation));
    }
}
