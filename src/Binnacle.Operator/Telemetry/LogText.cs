using System.Globalization;

namespace Binnacle.Operator.Telemetry;

/// <summary>Words that both log formats have in common.</summary>
internal static class LogText
{
    /// <summary>RFC 3339, UTC, milliseconds.</summary>
    public static string Time(TimeProvider clock) =>
        clock.GetUtcNow().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Level(LogLevel level) =>
        level switch
        {
            LogLevel.Trace => "trace",
            LogLevel.Debug => "debug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "error",
            _ => "fatal",
        };
}
