using System.Globalization;
using Kubernetes.Runtime.Telemetry.Exposition;

namespace Kubernetes.Runtime.Telemetry.Collection;

/// <summary>The labels of one series; compared as they came, without regard to their order.</summary>
internal sealed class LabelSet
{
    private LabelSet(KeyValuePair<string, string>[] raw, IReadOnlyList<KeyValuePair<string, string>> labels)
    {
        Raw = raw;
        Labels = labels;
        Identity = string.Concat(labels.Select(label => $"{label.Key}={label.Value.Length}:{label.Value};"));
    }

    /// <summary>The same for all sets that are written the same.</summary>
    public string Identity { get; }

    /// <summary>As they are written out: clean names, sorted, each once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Labels { get; }

    private KeyValuePair<string, string>[] Raw { get; }

    public static LabelSet Of(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var raw = new KeyValuePair<string, string>[tags.Length];
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < tags.Length; i++)
        {
            raw[i] = new KeyValuePair<string, string>(tags[i].Key, Text(tags[i].Value));
            // An empty value is the same as no label.
            if (raw[i].Value.Length > 0)
            {
                labels[MetricNames.Clean(raw[i].Key)] = raw[i].Value;
            }
        }

        return new LabelSet(raw, [.. labels]);
    }

    private static string Text(object? value) =>
        value switch
        {
            null => "",
            string words => words,
            true => "true",
            false => "false",
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

    /// <summary>Finds a set by tags as they come from an instrument, without an allocation where values are strings.</summary>
    public sealed class Comparer
        : IEqualityComparer<LabelSet>,
            IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, LabelSet>
    {
        public bool Equals(LabelSet? x, LabelSet? y) =>
            ReferenceEquals(x, y)
            || (x is not null && y is not null && x.Raw.Length == y.Raw.Length && x.Raw.All(y.Raw.Contains));

        public int GetHashCode(LabelSet obj)
        {
            var hash = 0;
            foreach (var (name, value) in obj.Raw)
            {
                hash += HashCode.Combine(name, value);
            }

            return hash;
        }

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, LabelSet other)
        {
            if (alternate.Length != other.Raw.Length)
            {
                return false;
            }

            for (var i = 0; i < alternate.Length; i++)
            {
                var value = Text(alternate[i].Value);
                // Nearly always the order is the same, too.
                if (!Is(other.Raw[i], alternate[i].Key, value) && !Contains(other.Raw, alternate[i].Key, value))
                {
                    return false;
                }
            }

            return true;
        }

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            var hash = 0;
            foreach (var (name, value) in alternate)
            {
                hash += HashCode.Combine(name, Text(value));
            }

            return hash;
        }

        public LabelSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => Of(alternate);

        private static bool Contains(KeyValuePair<string, string>[] raw, string name, string value)
        {
            foreach (var pair in raw)
            {
                if (Is(pair, name, value))
                {
                    return true;
                }
            }

            return false;
        }

        private static bool Is(KeyValuePair<string, string> pair, string name, string value) =>
            pair.Key == name && pair.Value == value;
    }
}
