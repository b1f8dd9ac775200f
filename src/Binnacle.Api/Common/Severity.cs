using System.Text.Json.Serialization;

namespace Binnacle.Api;

/// <summary>How urgent an alert is; becomes the label <c>severity</c> in lower case, which routes match on.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<Severity>))]
public enum Severity
{
    /// <summary>No severity label at all, for alerts that carry one of their own or need none.</summary>
    None,

    /// <summary>Worth knowing; nobody needs to act.</summary>
    Info,

    /// <summary>Somebody should look during working hours.</summary>
    Warning,

    /// <summary>Somebody must act now.</summary>
    Critical,
}
