using System.Collections.Frozen;

namespace Binnacle.PromQL.Checking;

/// <summary>
/// The functions of Prometheus 2.42 to 3.14, experimental ones included
/// (https://github.com/prometheus/prometheus/blob/main/promql/parser/functions.go).
/// </summary>
public static class Functions
{
    // Name, parameters (v instant vector, m range vector, s scalar, t string; "?" the last may be left out, "*" any number
    // of the last, "{n}" none to n of the last), the result where it is no instant vector, and the versions: "+" since,
    // "x" since behind the flag, "=" without the flag, "-" gone.
    private const string Table = """
        abs v; absent v; absent_over_time m; acos v; acosh v; asin v; asinh v; atan v; atanh v; avg_over_time m; ceil v;
        changes m; clamp vss; clamp_max vs; clamp_min vs; cos v; cosh v; count_over_time m; days_in_month v?;
        day_of_month v?; day_of_week v?; day_of_year v?; deg v; delta m; deriv m; double_exponential_smoothing mss x3.0;
        end _ s x3.12; exp v; first_over_time m x3.7 =3.14; floor v; histogram_avg v +2.51; histogram_count v;
        histogram_sum v; histogram_stddev v +2.47; histogram_stdvar v +2.47; histogram_fraction ssv;
        histogram_quantile sv; histogram_quantiles vts{10} x3.11; holt_winters mss -3.0; hour v?; idelta m; increase m;
        info vv? x2.55; irate m; label_replace vtttt; label_join vttt*; last_over_time m; ln v; log10 v; log2 v;
        mad_over_time m x2.49; max_of ss s x3.13; max_over_time m; min_of ss s x3.13; min_over_time m; minute v?;
        month v?; pi _ s; predict_linear ms; present_over_time m; quantile_over_time sm; rad v; range _ s x3.12; rate m;
        resets m; round vs?; scalar v s; sgn v; sin v; sinh v; sort v; sort_desc v; sort_by_label vt* x2.49;
        sort_by_label_desc vt* x2.49; sqrt v; start _ s x3.12; start_timestamp v x3.14; step _ s x3.12;
        stddev_over_time m; stdvar_over_time m; sum_over_time m; tan v; tanh v; time _ s; timestamp v;
        ts_of_first_over_time m x3.7; ts_of_last_over_time m x3.5; ts_of_max_over_time m x3.5;
        ts_of_min_over_time m x3.5; vector s; year v?
        """;

    private static readonly FrozenDictionary<string, Function> ByName = Table
        .Split(';', StringSplitOptions.TrimEntries)
        .Select(Read)
        .ToFrozenDictionary(function => function.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Function>.AlternateLookup<ReadOnlySpan<char>> BySpan =
        ByName.GetAlternateLookup<ReadOnlySpan<char>>();

    /// <summary>All of them, of every known version.</summary>
    public static IReadOnlyList<Function> All => ByName.Values;

    /// <summary>The function of that name in any known version; null for none. Names are lower case.</summary>
    public static Function? Find(ReadOnlySpan<char> name) => BySpan.TryGetValue(name, out var found) ? found : null;

    private static Function Read(string row)
    {
        var columns = row.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var signature = columns[1];
        var repeat = signature.IndexOf('{', StringComparison.Ordinal);
        var letters = repeat < 0 ? signature : signature[..repeat];
        var parameters = letters.Where(char.IsAsciiLetter).Select(Kind).ToList();
        var function = new Function
        {
            Name = columns[0],
            Parameters = parameters,
            Minimum = signature[^1] is '?' or '*' ? parameters.Count - 1 : parameters.Count,
            Maximum = signature[^1] is '*' ? int.MaxValue : parameters.Count,
            Returns = ValueKind.Vector,
        };
        if (repeat >= 0)
        {
            // One of those counted stands for the letter itself.
            var count = int.Parse(signature.AsSpan(repeat + 1, signature.Length - repeat - 2), provider: null);
            function = function with { Maximum = parameters.Count - 1 + count };
        }

        foreach (var column in columns.Skip(2))
        {
            function = column[0] switch
            {
                '+' => function with { Since = Version.Parse(column[1..]) },
                'x' => function with { Since = Version.Parse(column[1..]), Experimental = true },
                '=' => function with { StableSince = Version.Parse(column[1..]) },
                '-' => function with { Until = Version.Parse(column[1..]) },
                _ => function with { Returns = Kind(column[0]) },
            };
        }

        return function;
    }

    private static ValueKind Kind(char letter) =>
        letter switch
        {
            'v' => ValueKind.Vector,
            'm' => ValueKind.Matrix,
            's' => ValueKind.Scalar,
            _ => ValueKind.String,
        };
}
