using System.Globalization;
using System.Text;

namespace LocalCluster.Cel;

/// <summary>Conversions between types, and type().</summary>
internal static class ConversionFunctions
{
    /// <summary>Adds the functions.</summary>
    public static void AddTo(CelLibrary library)
    {
        library.Function<CelValue>("dyn", CelType.Parameter("A"), CelType.Dyn, a => a);
        library.Function<CelValue>("type", CelType.Parameter("A"), CelType.Type, a => new CelTypeValue(TypeName(a)));
        library.Function<CelBool>("bool", CelType.Bool, CelType.Bool, a => a);
        library.Function<CelString>("bool", CelType.String, CelType.Bool, ToBool);

        library.Function<CelInt>("int", CelType.Int, CelType.Int, a => a);
        library.Function<CelUint>(
            "int",
            CelType.Uint,
            CelType.Int,
            a => a.Value <= long.MaxValue ? CelValue.Of((long)a.Value) : Overflow
        );
        library.Function<CelDouble>(
            "int",
            CelType.Double,
            CelType.Int,
            a => Math.Abs(a.Value) < 9.2233720368547748e18 ? CelValue.Of((long)a.Value) : Overflow
        );
        library.Function<CelString>(
            "int",
            CelType.String,
            CelType.Int,
            a =>
                long.TryParse(a.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                    ? CelValue.Of(value)
                    : Unparsable("ParseInt", a.Value)
        );
        library.Function<CelTimestamp>(
            "int",
            CelType.Timestamp,
            CelType.Int,
            a => CelValue.Of(a.Value.ToUnixTimeSeconds())
        );

        library.Function<CelUint>("uint", CelType.Uint, CelType.Uint, a => a);
        library.Function<CelInt>(
            "uint",
            CelType.Int,
            CelType.Uint,
            a => a.Value >= 0 ? new CelUint((ulong)a.Value) : UnsignedOverflow
        );
        library.Function<CelDouble>(
            "uint",
            CelType.Double,
            CelType.Uint,
            a => a.Value is >= 0 and < 1.8446744073709552e19 ? new CelUint((ulong)a.Value) : UnsignedOverflow
        );
        library.Function<CelString>(
            "uint",
            CelType.String,
            CelType.Uint,
            a =>
                ulong.TryParse(a.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                    ? new CelUint(value)
                    : Unparsable("ParseUint", a.Value)
        );

        library.Function<CelNumber>("double", CelType.Double, CelType.Double, a => a);
        library.Function<CelNumber>("double", CelType.Int, CelType.Double, a => new CelDouble(a.AsDouble));
        library.Function<CelNumber>("double", CelType.Uint, CelType.Double, a => new CelDouble(a.AsDouble));
        library.Function<CelString>(
            "double",
            CelType.String,
            CelType.Double,
            a =>
                double.TryParse(
                    a.Value,
                    NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite,
                    CultureInfo.InvariantCulture,
                    out var value
                )
                    ? new CelDouble(value)
                    : Unparsable("ParseFloat", a.Value)
        );

        library.Function<CelString>("string", CelType.String, CelType.String, a => a);
        foreach (
            var type in (CelType[])
                [
                    CelType.Bool,
                    CelType.Int,
                    CelType.Uint,
                    CelType.Double,
                    CelType.Bytes,
                    CelType.Duration,
                    CelType.Timestamp,
                ]
        )
        {
            library.Function<CelValue>("string", type, CelType.String, ToText);
        }
        library.Function<CelBytes>("bytes", CelType.Bytes, CelType.Bytes, a => a);
        library.Function<CelString>(
            "bytes",
            CelType.String,
            CelType.Bytes,
            a => new CelBytes(Encoding.UTF8.GetBytes(a.Value))
        );
    }

    /// <summary>A scalar as string() gives it.</summary>
    public static CelValue ToText(CelValue value) =>
        value switch
        {
            CelString => value,
            CelBool flag => CelValue.Of(flag.Value ? "true" : "false"),
            CelInt integer => CelValue.Of(integer.Value.ToString(CultureInfo.InvariantCulture)),
            CelUint integer => CelValue.Of(integer.Value.ToString(CultureInfo.InvariantCulture)),
            CelDouble number => CelValue.Of(CelText.Of(number.Value)),
            CelBytes bytes => ToText(bytes.Value.Span),
            CelDuration duration => CelValue.Of(duration.ToString()),
            CelTimestamp time => CelValue.Of(CelTime.Format(time.Value)),
            _ => CelError.NoOverload,
        };

    private static CelError Overflow { get; } = new("integer overflow");

    private static CelError UnsignedOverflow { get; } = new("unsigned integer overflow");

    private static CelError Unparsable(string function, string text) =>
        new($"strconv.{function}: parsing {Schema.FieldError.Quote(text)}: invalid syntax");

    private static CelValue ToBool(CelString text) =>
        text.Value switch
        {
            "1" or "t" or "T" or "TRUE" or "true" or "True" => CelBool.True,
            "0" or "f" or "F" or "FALSE" or "false" or "False" => CelBool.False,
            _ => Unparsable("ParseBool", text.Value),
        };

    private static CelValue ToText(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return CelValue.Of(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes));
        }
        catch (ArgumentException)
        {
            return new CelError("invalid UTF-8 in bytes, cannot convert to string");
        }
    }

    private static string TypeName(CelValue value) =>
        value.Kind switch
        {
            CelKind.Null => "null_type",
            CelKind.Object => "map",
            CelKind.Duration => "google.protobuf.Duration",
            CelKind.Timestamp => "google.protobuf.Timestamp",
            CelKind.Quantity => CelType.Quantity.Name,
            CelKind.Url => CelType.Url.Name,
            CelKind.Optional => "optional_type",
            _ => value.Kind.ToString().ToLowerInvariant(),
        };
}
