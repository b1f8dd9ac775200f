using System.Text.Json.Serialization;
using Binnacle.Api.Schema;

namespace Binnacle.Api;

/// <summary>
/// One step of relabelling, as in Prometheus: https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config.
/// </summary>
public sealed record Relabeling
{
    /// <summary>What the step does: Replace, Keep, Drop, KeepEqual, DropEqual, HashMod, LabelMap, LabelDrop, LabelKeep, Lowercase or Uppercase.</summary>
    public RelabelAction Action { get; init; }

    /// <summary>Labels whose values, joined by separator, regex is matched against. Example: <c>[__meta_kubernetes_pod_node_name]</c>.</summary>
    [Size(Max = 32, MaxItemLength = 253)]
    public IReadOnlyList<string> SourceLabels
    {
        get => field ?? [];
        init;
    }

    /// <summary>What stands between the values of sourceLabels. Default: ;</summary>
    [Size(Max = 64)]
    public string? Separator { get; init; }

    /// <summary>Regular expression (RE2) that must match the whole joined value. Default: (.*)</summary>
    [Size(Max = 4096)]
    public string? Regex { get; init; }

    /// <summary>Label that is written; needed by Replace, HashMod, Lowercase, Uppercase, KeepEqual and DropEqual. Example: <c>node</c>.</summary>
    [Size(Max = 253)]
    public string? TargetLabel { get; init; }

    /// <summary>New value, in which $1 or ${1} stands for a group of regex; empty removes the label. Default: $1</summary>
    [Size(Max = 4096)]
    public string? Replacement { get; init; }

    /// <summary>For HashMod: the hash of the joined value modulo this number is written.</summary>
    [Between(1, 1_000_000_000)]
    public long? Modulus { get; init; }
}

/// <summary>What a step of relabelling does.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<RelabelAction>))]
public enum RelabelAction
{
    /// <summary>Writes replacement into targetLabel where regex matches.</summary>
    Replace,

    /// <summary>Keeps only what regex matches.</summary>
    Keep,

    /// <summary>Drops what regex matches.</summary>
    Drop,

    /// <summary>Keeps only where the joined value equals targetLabel.</summary>
    KeepEqual,

    /// <summary>Drops where the joined value equals targetLabel.</summary>
    DropEqual,

    /// <summary>Writes a hash modulo modulus into targetLabel.</summary>
    HashMod,

    /// <summary>Copies every label whose name regex matches to the name in replacement.</summary>
    LabelMap,

    /// <summary>Removes every label whose name regex matches.</summary>
    LabelDrop,

    /// <summary>Removes every label whose name regex does not match.</summary>
    LabelKeep,

    /// <summary>Writes the joined value in lower case into targetLabel.</summary>
    Lowercase,

    /// <summary>Writes the joined value in upper case into targetLabel.</summary>
    Uppercase,
}
