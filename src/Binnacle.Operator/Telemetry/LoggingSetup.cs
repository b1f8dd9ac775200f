using Microsoft.Extensions.Logging.Console;

namespace Binnacle.Operator.Telemetry;

/// <summary>The operator's logging: standard output, one record per line.</summary>
internal static class LoggingSetup
{
    /// <summary>Logs in the given format only.</summary>
    public static void UseFormat(this ILoggingBuilder logging, LogFormat format)
    {
        logging.ClearProviders();
        logging.Services.AddSingleton<ConsoleFormatter>(new JsonLogFormatter(TimeProvider.System));
        logging.Services.AddSingleton<ConsoleFormatter>(new TextLogFormatter(TimeProvider.System));
        logging.AddConsole(console =>
            console.FormatterName =
                format == LogFormat.Json ? JsonLogFormatter.FormatterName : TextLogFormatter.FormatterName
        );
        logging.AddFilter("Microsoft", LogLevel.Warning);
        // It tells of an address that is taken with twenty lines of stack; the operator does it in one.
        logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        logging.AddFilter("System.Net.Http", LogLevel.Warning);
    }
}
