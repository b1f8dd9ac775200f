using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Binnacle.Operator.Telemetry;

/// <summary>
/// One JSON object per line: <c>time</c> (UTC, RFC 3339), <c>level</c> (trace, debug, info, warn, error, fatal), <c>message</c>,
/// <c>logger</c>, then where they apply <c>controller</c>, <c>key</c>, <c>trace_id</c>, <c>span_id</c>,
/// <c>exception</c>, and the message's values under their own names.
/// </summary>
/// <param name="clock">The clock of <c>time</c>.</param>
internal sealed class JsonLogFormatter(TimeProvider clock) : ConsoleFormatter(FormatterName)
{
    /// <summary>What the console logger knows it by.</summary>
    public const string FormatterName = "binnacle-json";

    private static readonly JsonWriterOptions Options = new()
    {
        // Readable quotes and non-ASCII: a log is no web page.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly HashSet<string> Taken = new(StringComparer.Ordinal)
    {
        "time",
        "level",
        "message",
        "logger",
        "controller",
        "key",
        "trace_id",
        "span_id",
        "exception",
    };

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

        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("time", LogText.Time(clock));
            json.WriteString("level", LogText.Level(logEntry.LogLevel));
            json.WriteString("message", record.Message);
            json.WriteString("logger", logEntry.Category);
            Optional(json, "controller", record.Controller);
            Optional(json, "key", record.Key);
            Optional(json, "trace_id", record.TraceId);
            Optional(json, "span_id", record.SpanId);
            Optional(json, "exception", logEntry.Exception?.ToString());
            foreach (var (name, value) in record.Fields)
            {
                if (!Taken.Contains(name))
                {
                    json.WritePropertyName(name);
                    WriteValue(json, value);
                }
            }

            json.WriteEndObject();
        }

        textWriter.WriteLine(Encoding.UTF8.GetString(buffer.WrittenSpan));
    }

    private static void Optional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteValue(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case null:
                json.WriteNullValue();
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case int number:
                json.WriteNumberValue(number);
                break;
            case long number:
                json.WriteNumberValue(number);
                break;
            case double number when double.IsFinite(number):
                json.WriteNumberValue(number);
                break;
            case IFormattable formattable:
                json.WriteStringValue(formattable.ToString(null, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(value.ToString());
                break;
        }
    }
}
