/** Text of a task's files: YAML, its places, the types of its values, and secrets. */
package io.millrace.task.yaml;
