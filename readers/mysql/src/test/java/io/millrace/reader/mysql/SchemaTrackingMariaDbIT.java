package io.millrace.reader.mysql;

import io.millrace.servers.Server;
import io.millrace.servers.Servers;
import java.sql.SQLException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SchemaTrackingMariaDbIT extends SchemaTrackingContract {
    @Override
    Server server() {
        return Servers.mariadb();
    }

    @Override
    String less() {
        return "NO_LOG";
    }

    /** Found by a random sequence: MariaDB converts the column, and leaves the bytes of its labels. */
    @Test
    void shouldShowLabelsAsTheServerDoesWhenTheirColumnIsConverted() throws SQLException {
        List<String> statements = List.of(
                "CREATE TABLE `t 3` (id int PRIMARY KEY, e enum('é','b') CHARACTER SET latin1)",
                "ALTER TABLE `t 3` CONVERT TO CHARACTER SET utf8mb3");
        follow("named", "FULL", statements.iterator()::next, statements.size(), new Random(1));
    }

    /** Found by a random sequence. */
    @Test
    void shouldReplaceTheAddedColumnWhenTheSameStatementChangesIt() throws SQLException {
        List<String> statements = List.of(
                "ALTER TABLE t1 ADD COLUMN n float NOT NULL, CHANGE COLUMN n n datetime FIRST",
                "ALTER TABLE t1 ADD COLUMN o int, CHANGE COLUMN nothing o varchar(9) CHARACTER SET utf8mb4, ADD COLUMN p int AFTER o",
                "ALTER TABLE t1 ADD COLUMN q int, MODIFY q tinyint unsigned");
        follow("named", less(), statements.iterator()::next, statements.size(), new Random(1));
    }

    /** Each stands in the binlog as it starts, and again as it ends or fails; rows of the old shape may come between. */
    @Test
    void shouldFollowAlterTablesInTwoPhases() throws SQLException {
        List<String> statements = List.of(
                "SET SESSION binlog_alter_two_phase = ON",
                "ALTER TABLE t1 ADD COLUMN m int NOT NULL DEFAULT 3",
                "ALTER TABLE t1 ADD COLUMN n int NOT NULL DEFAULT 3, ALGORITHM=COPY",
                "ALTER TABLE t1 ADD COLUMN o int NOT NULL DEFAULT 3, ADD UNIQUE (o)", // fails: all rows have the same
                "ALTER TABLE t1 DROP COLUMN m",
                "ALTER TABLE t1 CHANGE n p bigint FIRST",
                "RENAME TABLE t1 TO t2",
                "ALTER TABLE t2 RENAME TO t1, ADD COLUMN q varchar(9)");
        follow("two phases", less(), statements.iterator()::next, statements.size(), new Random(1));
    }
}
