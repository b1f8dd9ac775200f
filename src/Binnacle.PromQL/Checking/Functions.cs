namespace Binnacle.PromQL.Checking;

/// <summary>A function's parameters; beyond the last one its kind repeats.</summary>
internal sealed record Function(
    string Name,
    IReadOnlyList<ValueKind> Parameters,
    int Minimum,
    int Maximum,
    ValueKind Returns
);

/// <summary>
/// The functions of Prometheus 2.42 to 3.14, experimental ones included
/// (https://github.com/prometheus/prometheus/blob/main/promql/parser/functions.go).
/// </summary>
internal static class Functions
{
    // Name, parameters (v instant vector, m range vector, s scalar, t string), "?" how many at the end may be left out or
    // "*" for any number of the last, and the result where it is no instant vector.
    private const string Table = """
        abs v; absent v; absent_over_time m; acos v; acosh v; asin v; asinh v; atan v; atanh v; avg_over_time m; ceil v;
        changes m; clamp vss; clamp_max vs; clamp_min vs; cos v; cosh v; count_over_time m; days_in_month v?;
        day_of_month v?; day_of_week v?; day_of_year v?; deg v; delta m; deriv m; double_exponential_smoothing mss;
        end - s; exp v; first_over_time m; floor v; histogram_avg v; histogram_count v; histogram_sum v;
        histogram_stddev v; histogram_stdvar v; histogram_fraction ssv; histogram_quantile sv; histogram_quantiles vts*;
        holt_winters mss; hour v?; idelta m; increase m; info vv?; irate m; label_replace vtttt; label_join vttt*;
        last_over_time m; ln v; log10 v; log2 v; mad_over_time m; max_of ss s; max_over_time m; min_of ss s;
        min_over_time m; minute v?; month v?; pi - s; predict_linear ms; present_over_time m; quantile_over_time sm;
        rad v; range - s; rate m; resets m; round vs?; scalar v s; sgn v; sin v; sinh v; sort v; sort_desc v;
        sort_by_label vt*; sort_by_label_desc vt*; sqrt v; start - s; start_timestamp v; step - s; stddev_over_time m;
        stdvar_over_time m; sum_over_time m; tan v; tanh v; time - s; timestamp v; ts_of_first_over_time m;
        ts_of_last_over_time m; ts_of_max_over_time m; ts_of_min_over_time m; vector s; year v?
        """;

    private static readonly Dictionary<string, Function> ByName = Table
        .Split(';', StringSplitOptions.TrimEntries)
        .Select(Read)
        .ToDictionary(function => function.Name);

    public static Function? Find(string name) => ByName.GetValueOrDefault(name);

    /// <summary>What the user may have meant; empty when no name is near.</summary>
    public static string Suggest(string name)
    {
        if (ByName.ContainsKey(name.ToLowerInvariant()))
        {
            return $"\"{name.ToLowerInvariant()}\" (function names are lower case)";
        }

        var (nearest, distance) = ByName
            .Keys.Select(known => (known, Distance: EditDistance(name, known)))
            .OrderBy(pair => pair.Distance)
            .ThenByDescending(pair => pair.known.StartsWith(name, StringComparison.Ordinal))
            .ThenBy(pair => pair.known, StringComparer.Ordinal)
            .First();
        return distance <= Math.Max(1, name.Length / 3) ? $"\"{nearest}\"" : "";
    }

    private static Function Read(string row)
    {
        var columns = row.Split(' ');
        var signature = columns[1];
        var parameters = signature.Where(char.IsAsciiLetter).Select(Kind).ToList();
        return new Function(
            columns[0],
            parameters,
            signature[^1] is '?' or '*' ? parameters.Count - 1 : parameters.Count,
            signature[^1] is '*' ? int.MaxValue : parameters.Count,
            columns.Length > 2 ? Kind(columns[2][0]) : ValueKind.Vector
        );
    }

    private static ValueKind Kind(char letter) =>
        letter switch
        {
            'v' => ValueKind.Vector,
            'm' => ValueKind.Matrix,
            's' => ValueKind.Scalar,
            _ => ValueKind.String,
        };

    private static int EditDistance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var above = row[j];
                row[j] = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1));
                diagonal = above;
            }
        }

        return row[b.Length];
    }
}
