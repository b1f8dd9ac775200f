namespace Binnacle.PromQL.Checking;

/// <summary>What an expression yields. <see cref="Unknown"/> (an unknown function's result) fits everywhere, so that one fault makes one error.</summary>
public enum ValueKind : byte
{
    /// <summary>Not to be told, because of a fault below.</summary>
    Unknown,

    /// <summary>One number.</summary>
    Scalar,

    /// <summary>One string.</summary>
    String,

    /// <summary>Series with one sample each: an instant vector.</summary>
    Vector,

    /// <summary>Series with the samples of a time: a range vector.</summary>
    Matrix,
}
