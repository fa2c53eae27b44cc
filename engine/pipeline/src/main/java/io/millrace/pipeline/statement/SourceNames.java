package io.millrace.pipeline.statement;

import io.millrace.ddl.AlterStep;
import io.millrace.ddl.DdlEvent;
import io.millrace.ddl.TableChange;
import io.millrace.schema.TableId;
import java.util.Collection;
import java.util.Optional;

/** What tables of the source are called behind a statement, through all names that they have within it. Immutable. */
final class SourceNames {
    private final DdlEvent event;

    SourceNames(DdlEvent event) {
        this.event = event;
    }

    /** Where a table is at the statement's end. */
    TableId behind(TableId table) {
        TableId at = table;
        for (TableChange change : event.changes()) {
            at = behind(change, at);
        }
        return at;
    }

    /** Which of these tables has the name at the statement's end, and had another one. */
    Optional<TableId> before(TableId name, Collection<TableId> tables) {
        return tables.stream()
                .filter(table -> !table.equals(name) && behind(table).equals(name))
                .findFirst();
    }

    private static TableId behind(TableChange change, TableId at) {
        if (change instanceof TableChange.Rename rename && rename.table().equals(at)) {
            return rename.to();
        }
        if (change instanceof TableChange.Alter alter && alter.table().equals(at)) {
            for (AlterStep step : alter.steps()) {
                if (step instanceof AlterStep.RenameTo rename) {
                    return rename.to();
                }
            }
        }
        return at;
    }
}
