using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Binnacle.Operator.Telemetry;

/// <summary>One line for people, with the trace's id at its end; an exception follows on lines of its own.</summary>
/// <param name="clock">The clock of the time at its start.</param>
internal sealed class TextLogFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    /// <summary>What the console logger knows it by.</summary>
    public const string FormatterName = "binnacle-text";

    /// <inheritdoc />
    public override void Write<TState>(
        in LogEntry<TState> logEntry,
        IExternalScopeProvider? scopeProvider,
        TextWriter textWriter
    )
    {
        if (LogRecord.Of(logEntry, scopeProvider) is not { } record)
        {
            return;
        }

        textWriter.Write($"{LogText.Time(clock)} {LogText.Level(logEntry.LogLevel), -5} {logEntry.Category}: ");
        // A line break in a value must not look like a record of its own.
        textWriter.Write(record.Message.ReplaceLineEndings("\\n"));
        if (record.TraceId is { } trace)
        {
            textWriter.Write($" trace_id={trace}");
        }

        textWriter.WriteLine();
        if (logEntry.Exception is { } exception)
        {
            textWriter.WriteLine(exception);
        }
    }
}
