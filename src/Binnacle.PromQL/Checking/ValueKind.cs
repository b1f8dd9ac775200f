namespace Binnacle.PromQL.Checking;

/// <summary>What an expression yields. <see cref="Unknown"/> (an unknown function's result) fits everywhere, so that one fault makes one error.</summary>
internal enum ValueKind : byte
{
    Unknown,
    Scalar,
    String,
    Vector,
    Matrix,
}

internal static class ValueKinds
{
    public static string Name(this ValueKind kind) =>
        kind switch
        {
            ValueKind.Scalar => "a scalar",
            ValueKind.String => "a string",
            ValueKind.Vector => "an instant vector",
            ValueKind.Matrix => "a range vector",
            _ => "any value",
        };
}
