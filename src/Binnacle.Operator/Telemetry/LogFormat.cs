namespace Binnacle.Operator.Telemetry;

/// <summary>How log records are written.</summary>
public enum LogFormat
{
    /// <summary>One line for people.</summary>
    Text,

    /// <summary>One JSON object per line, for collectors.</summary>
    Json,
}
